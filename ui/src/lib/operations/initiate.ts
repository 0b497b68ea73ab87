import { t } from "$lib/messages";

import type { MemberDraft } from "./config";

const USUAL_PORT = "27017";

/** How each mongod is started of which a set is made. */
export function startCommands(setName: string, members: readonly MemberDraft[]): string[] {
  return members
    .filter(({ leaves }) => !leaves)
    .map(({ host }) => {
      const [, port = USUAL_PORT] = /:(\d+)$/.exec(host.trim()) ?? [];
      return t.operations.wish.startCommand(setName.trim(), port);
    });
}
