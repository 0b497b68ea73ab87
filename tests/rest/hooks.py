"""What the run adds to schemathesis: requests that reach something, and a check that it has not."""

import base64
import json
import os

import schemathesis

DATABASE_DOES_NOT_ANSWER = {503, 504}

# The run's own collection: what others test beside it stays as it is.
NAMESPACE = {"database": os.environ["TRIVET_TEST_DATABASE"], "collection": "items"}
# A document that stays, and one to be deleted.
ONE, TO_DELETE = os.environ["TRIVET_TEST_IDS"].split()

# What is typed to confirm, and refused on every set.
NOT_ITS_NAME = "not the name of the set"

# Text inside a request is Extended JSON, which its schema cannot say.
TEXTS = {
    "filter": lambda made_up: {"name": made_up},
    "sort": lambda made_up: {"name": 1},
    "projection": lambda made_up: {made_up[0].strip("$.\0") or "name": 1},
    "text": lambda made_up: {"name": made_up},
}

schemathesis.serializer.alias("application/ejson", "application/json")
schemathesis.deserializer("application/ejson")(lambda context, response: json.loads(response.content))


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Points requests at what there is. What is made up of one character stays, to be refused."""
    operation = case.operation.path.rsplit("/", 1)[-1]
    object_id = TO_DELETE if case.method == "DELETE" or operation == "delete_document" else ONE
    known = {"connection": "default", "id": object_id, **NAMESPACE}
    for name in known.keys() & case.path_parameters.keys():
        if fits(case.path_parameters[name]) or case.method == "POST":
            case.path_parameters[name] = known[name]
    if isinstance(case.query, dict):
        point(case.query)
        if case.path_parameters.get("id") == object_id:
            case.query.pop("id_type", None)
    spare_the_set(case, operation)
    if isinstance(case.body, dict) and "/operations/" in case.operation.path:
        point(case.body, several=operation == "insert_many")
        # The same as the API's opaque id: the BSON type and the bytes.
        opaque_id = base64.urlsafe_b64encode(b"\x07" + bytes.fromhex(object_id)).rstrip(b"=").decode()
        for name, value in {"connection": "default", "id": opaque_id}.items():
            if fits(case.body.get(name)):
                case.body[name] = value
        namespace = case.body.get("namespace")
        if isinstance(namespace, dict) and all(isinstance(namespace.get(name), str) for name in NAMESPACE):
            case.body["namespace"] = NAMESPACE


def spare_the_set(case, operation):
    """Others test on the same set: nothing is done to it, and no local set is made like it."""
    if "/replica-set/{operation}" in case.operation.path and isinstance(case.query, dict):
        case.query["confirm"] = NOT_ITS_NAME
    if not isinstance(case.body, dict):
        return
    if operation == "run_operation":
        case.body["confirm"] = NOT_ITS_NAME
    if operation == "rehearse_operation" and isinstance(case.body.get("operation"), dict):
        case.body["operation"] = {"kind": "initiate", "setName": "none", "members": []}
    if operation == "measure_failover" and isinstance(case.body.get("seconds", 2), int):
        case.body["seconds"] = min(case.body.get("seconds", 1), 1)


def point(fields, several=False):
    """Makes texts readable, and leaves out a place to go on from: it cannot be made up."""
    for name, document in TEXTS.items():
        if fits(fields.get(name)):
            text = document(fields[name])
            fields[name] = json.dumps([text] if several else text)
    if fits(fields.get("after")) or "skip" in fields:
        fields.pop("after", None)


def fits(made_up):
    return isinstance(made_up, str) and len(made_up) > 1


@schemathesis.check
def no_server_error(context, response, case):
    """The server may say that the database does not answer, and nothing worse."""
    if response.status_code >= 500 and response.status_code not in DATABASE_DOES_NOT_ANSWER:
        raise AssertionError(f"{response.status_code}: only 503 and 504 may be answered")
