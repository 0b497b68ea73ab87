import { isTauri } from "@tauri-apps/api/core";

import { http } from "./http";
import { tauri } from "./tauri";
import { told } from "./told";
import { Token } from "./token";

/** The secret of a page in a browser; null in the window, which needs none. */
export const token = isTauri() ? null : new Token(sessionStorage);
token?.takeFrom(location, history);

/** The backend of this window, or of this page, and who hears of what it writes. */
export const { backend, onWritten } = told(token === null ? tauri : http(token));

/** What only the window can do; null in a browser, where nothing offers it. */
export const { desktop } = backend;
