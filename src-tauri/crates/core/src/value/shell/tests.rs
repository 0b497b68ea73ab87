mod bounds;
mod cases;
mod properties;
mod texts;

/// 2023-11-14T22:13:20.120Z
const NOW: i64 = 1_700_000_000_120;
