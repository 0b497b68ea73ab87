"""The original project's server: Flask and pymongo, `_id` as a string.

    python app.py URI_FILE              app.run on a free port, as the original starts it
    gunicorn --workers 2 app:app        with URI_FILE in the environment
"""

import os
import sys

from bson import ObjectId
from flask import Flask, jsonify, request
from pymongo import MongoClient

if __name__ == "__main__":
    uri_file = sys.argv[1]
else:
    uri_file = os.environ["URI_FILE"]
with open(uri_file, encoding="utf-8") as file:
    client = MongoClient(file.read().strip())
items = client["mydatabase"]["items"]

app = Flask(__name__)


def plain(item):
    item["_id"] = str(item["_id"])
    return item


@app.post("/items")
def create():
    created = items.insert_one(request.get_json())
    return jsonify({"_id": str(created.inserted_id)}), 201


@app.get("/items")
def read_all():
    limit = request.args.get("limit", default=0, type=int)
    return jsonify([plain(item) for item in items.find().limit(limit)])


@app.get("/items/<item_id>")
def read_one(item_id):
    item = items.find_one({"_id": ObjectId(item_id)})
    if item is None:
        return jsonify({"error": "Item not found"}), 404
    return jsonify(plain(item))


@app.put("/items/<item_id>")
def update(item_id):
    outcome = items.update_one({"_id": ObjectId(item_id)}, {"$set": request.get_json()})
    if outcome.matched_count == 0:
        return jsonify({"error": "Item not found"}), 404
    return jsonify(plain(items.find_one({"_id": ObjectId(item_id)})))


@app.delete("/items/<item_id>")
def delete(item_id):
    outcome = items.delete_one({"_id": ObjectId(item_id)})
    if outcome.deleted_count == 0:
        return jsonify({"error": "Item not found"}), 404
    return jsonify({"message": "Item deleted"})


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[2]))
