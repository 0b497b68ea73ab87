import { access } from "./access";
import { catalog } from "./catalog";
import { common } from "./common";
import { connection } from "./connection";
import { document } from "./document";
import { draft } from "./draft";
import { error } from "./error";
import { frame } from "./frame";
import { health } from "./health";
import { lab } from "./lab";
import { many } from "./many";
import { operations } from "./operations";
import { palette } from "./palette";
import { replica } from "./replica";
import { rest } from "./rest";
import { rules } from "./rules";
import { settings } from "./settings";
import { welcome } from "./welcome";
import { writes } from "./writes";

/** English, from which the type of every other language follows. */
export const en = {
  access,
  catalog,
  common,
  connection,
  document,
  draft,
  error,
  frame,
  health,
  lab,
  many,
  operations,
  palette,
  replica,
  rest,
  rules,
  settings,
  welcome,
  writes,
};
