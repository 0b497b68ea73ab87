"""Fills `mydatabase.items` for the measurement: 2,000 items of about 208 bytes, with types that plain JSON has.

    python seed.py URI_FILE

Prints the `_id`s, one on a line.
"""

import sys

from bson import ObjectId, encode
from pymongo import MongoClient

COUNT = 2_000

with open(sys.argv[1], encoding="utf-8") as file:
    client = MongoClient(file.read().strip(), w="majority")
items = client["mydatabase"]["items"]
items.drop()


def item(number):
    return {
        # The same in every run: the same keys in the same order of the index.
        "_id": ObjectId(f"{0x695B77A6:08x}{0x0123456789:010x}{number:06x}"),
        "name": f"Item {number:05}",
        "description": "An item as a small shop describes it",
        "price": 9.99 + number,
        "quantity": number % 90,
        "active": number % 3 != 0,
        "tags": ["new", "blue", "large"],
        "supplier": f"Supplier {number % 17:02}",
    }


items.insert_many(item(number) for number in range(COUNT))
sizes = [len(encode(document)) for document in items.find()]
print(f"{COUNT} items of {sum(sizes) // COUNT} bytes", file=sys.stderr)
for document in items.find({}, {"_id": 1}).sort("_id", 1):
    print(document["_id"])
