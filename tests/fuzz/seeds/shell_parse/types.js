{ _id: ObjectId("65f0a1b2c3d4e5f60718293a"), 'a.b': /x\/y/im, at: { $gt: ISODate("2026-01-05T08:34:46.954Z"), $lt: new Date(Date.now() - 7*24*3600*1000) }, // comment
  n: [NumberInt(1), NumberLong("9007199254740993"), NumberDecimal("1.10"), Double(2), -0.0, 1e3, 0x1f, .5, Infinity, NaN, undefined, null, true],
  id: UUID("3b241101-e2bb-4255-8caf-4136c566a962"), bin: BinData(0, "AAEC"), ts: Timestamp({ t: 1, i: 2 }), min: MinKey(), max: MaxKey, code: Code("f", { a: 1 }),
  ref: DBRef("c", ObjectId("65f0a1b2c3d4e5f60718293a")), `t`: "\u{1F600}\x41\
", hex: HexData(0, "00ff"), md5: MD5("d41d8cd98f00b204e9800998ecf8427e"), re: BSONRegExp("^a", "i"), r: RegExp("a", "g"), bi: Binary.createFromBase64("AA==", 4), pi: Math.PI + Math.floor(1.5), sy: BSONSymbol("s"), long: Long.fromString("5"), }
