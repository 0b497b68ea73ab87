import { isTauri } from "@tauri-apps/api/core";

import type { Backend } from "./backend";
import { http } from "./http";
import { tauri } from "./tauri";
import { Token } from "./token";

/** The secret of a page in a browser; null in the window, which needs none. */
export const token = isTauri() ? null : new Token(sessionStorage);
token?.takeFrom(location, history);

/** The backend of this window, or of this page. */
export const backend: Backend = token === null ? tauri : http(token);

/** What only the window can do; null in a browser, where nothing offers it. */
export const { desktop } = backend;
