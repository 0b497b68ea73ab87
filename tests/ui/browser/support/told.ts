import type { Page } from "@playwright/test";

/** What the page is told is a production connection; the core behind it takes the typed name all the same. */
export async function production(page: Page): Promise<void> {
  await page.route("**/operations/connections", async (route) => {
    const answer = await route.fetch();
    const connections = (await answer.json()) as object[];
    const told = connections.map((connection) => ({ ...connection, environment: "production" }));
    await route.fulfill({ response: answer, json: told });
  });
}

/** The answer to an operation is lost on its way, as when the connection breaks: it was carried out or not. */
export async function lost(page: Page, operation: string, { sent = true } = {}): Promise<void> {
  await page.route(
    `**/operations/${operation}`,
    async (route) => {
      if (sent) await route.fetch();
      const detail = "It is not known whether the change was made: no answer came in time.";
      const hint = "Check: what a majority of the members has is looked up again.";
      await route.fulfill({ status: 504, json: { code: "OutcomeUnknown", detail, hint, retryable: false } });
    },
    { times: 1 },
  );
}
