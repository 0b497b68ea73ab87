/** WebKitGTK names the language of `LANG=C` "C", of which no formatter can be made. */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en" });
}
