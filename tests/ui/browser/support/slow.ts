/** A filter that takes the server some 10 ms for each document, and finds none. */
export const SLOW =
  '{"$expr": {"$lt": [{"$reduce": {"input": {"$range": [0, 20000]}, "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}}, 0]}}';
