import type { Component } from "svelte";

import type { SingleKind } from "$lib/document/kind";

import BinaryEditor from "./BinaryEditor.svelte";
import BoolEditor from "./BoolEditor.svelte";
import ConstantEditor from "./ConstantEditor.svelte";
import DateEditor from "./DateEditor.svelte";
import NumberEditor from "./NumberEditor.svelte";
import ObjectIdEditor from "./ObjectIdEditor.svelte";
import PointerEditor from "./PointerEditor.svelte";
import type { EditorProps } from "./props";
import RegexEditor from "./RegexEditor.svelte";
import ScopedCodeEditor from "./ScopedCodeEditor.svelte";
import TextEditor from "./TextEditor.svelte";
import TimestampEditor from "./TimestampEditor.svelte";

/** Which editor a type has. */
export const EDITORS: Record<SingleKind, Component<EditorProps>> = {
  string: TextEditor,
  symbol: TextEditor,
  javascript: TextEditor,
  int: NumberEditor,
  long: NumberEditor,
  double: NumberEditor,
  decimal: NumberEditor,
  bool: BoolEditor,
  date: DateEditor,
  objectId: ObjectIdEditor,
  binData: BinaryEditor,
  regex: RegexEditor,
  timestamp: TimestampEditor,
  javascriptWithScope: ScopedCodeEditor,
  dbPointer: PointerEditor,
  null: ConstantEditor,
  undefined: ConstantEditor,
  minKey: ConstantEditor,
  maxKey: ConstantEditor,
};
