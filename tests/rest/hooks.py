"""A check that schemathesis has not: the server may say that the database does not answer, and nothing worse."""

import schemathesis

DATABASE_DOES_NOT_ANSWER = {503, 504}


@schemathesis.check
def no_server_error(ctx, response, case):
    if response.status_code >= 500 and response.status_code not in DATABASE_DOES_NOT_ANSWER:
        raise AssertionError(f"{response.status_code}: only 503 and 504 may be answered")
