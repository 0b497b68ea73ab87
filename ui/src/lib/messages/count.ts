const numbers = new Intl.NumberFormat("en");

/** A number as it is read. */
export function figure(number: number): string {
  return numbers.format(number);
}

/** A number with what it counts. */
export function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${figure(number)} ${many}`;
}
