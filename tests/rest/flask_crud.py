"""Does what the Flask documentation shows: create, read all, read one, update, read again, delete.

    BASE=http://127.0.0.1:5000 python flask_crud.py
    BASE=http://127.0.0.1:27080 TOKEN_FILE=…/rest-token python flask_crud.py

The base and the token's header are the only things that differ between the original and Trivet.
"""

import os

import requests

BASE = os.environ["BASE"]
HEADERS = {}
if "TOKEN_FILE" in os.environ:
    with open(os.environ["TOKEN_FILE"], encoding="utf-8") as file:
        HEADERS["Authorization"] = f"Bearer {file.read().strip()}"


def call(method, path, expected, **arguments):
    answer = requests.request(method, BASE + path, headers=HEADERS, timeout=30, **arguments)
    assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer


created = call("POST", "/items", {201}, json={"name": "Lamp", "price": 19.5, "tags": ["new"]}).json()
item_id = created["_id"]
assert isinstance(item_id, str) and len(item_id) == 24, created

every = call("GET", "/items", {200}).json()
assert isinstance(every, list) and every, every
assert all(isinstance(item["_id"], str) for item in every), "an _id that is not a string"

one = call("GET", f"/items/{item_id}", {200}).json()
assert one == {"_id": item_id, "name": "Lamp", "price": 19.5, "tags": ["new"]}, one

call("PUT", f"/items/{item_id}", {200}, json={"price": 17.0, "stock": 3})
changed = call("GET", f"/items/{item_id}", {200}).json()
assert changed == {"_id": item_id, "name": "Lamp", "price": 17.0, "tags": ["new"], "stock": 3}, changed

call("DELETE", f"/items/{item_id}", {200, 204})
call("GET", f"/items/{item_id}", {404})
print("create, read all, read one, update, read again, delete: as documented")
