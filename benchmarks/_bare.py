"""The plainest thing that could be done: one process, one loop; POST, UPDATE and COMMIT for each message.

``python _bare.py DSN URL`` takes ``[[id, uid, body], …]`` as JSON from its standard input, posts the bodies,
which were made before and are not signed here, and prints the seconds it took.
"""

import json
import sys
import time

import psycopg2
import requests


def main(dsn, url):
    messages = [(number, uid, body.encode()) for number, uid, body in json.load(sys.stdin)]
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    session = requests.Session()
    session.trust_env = False
    started = time.perf_counter()
    for number, uid, body in messages:
        headers = {"Content-Type": "application/xml", "Idempotency-Key": uid}
        session.post(url, data=body, headers=headers, timeout=20).raise_for_status()
        cursor.execute(
            "UPDATE integration_message SET state = 'sent', delivered = now() WHERE id = %s",
            [number],
        )
        connection.commit()
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])
