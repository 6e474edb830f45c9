#!/usr/bin/python3
"""A real mail relay for tests: STARTTLS and sign-in are required, what it takes is kept in a folder.

usage: smtp_sink.py CERT KEY FOLDER [unread]      prints its port

SINK_PORT in the environment: the port, else any that is free.

unread: what it takes is neither read nor kept, for measurements; reading takes longer than SMTP.

FOLDER/password, when there is one, holds the password that is good. What happens to a message is in
the local part of its recipient: reject…, full…, defer… are refused so; drop-N loses the connection
after the message instead of replying, N times; slow… are answered when FOLDER/go is there, or after eight seconds.
"""
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

cert, key, folder = sys.argv[1:4]
unread = sys.argv[4:] == ["unread"]
REFUSALS = {"reject": "550 5.1.1 no such user", "defer": "451 4.7.1 greylisted, try later",
            "full": "452 4.2.2 mailbox full"}


def good_password():
    try:
        with open(os.path.join(folder, "password"), encoding="utf8") as f:
            return f.read().strip().encode()
    except FileNotFoundError:
        return b"s3cret-of-the-relay"


def authenticate(server, session, envelope, mechanism, data):
    good = mechanism in ("PLAIN", "LOGIN") and data.login == b"leads" and data.password == good_password()
    return AuthResult(success=good, handled=False)


class Handler:
    def __init__(self):
        self.messages = len([name for name in os.listdir(folder) if name.endswith(".json")])
        self.drops = {}

    def keep(self, session, envelope, dropped):
        self.messages += 1
        if unread:
            return
        path = os.path.join(folder, "%04d" % self.messages)
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        with open(path + ".eml", "wb") as f:
            f.write(envelope.original_content)
        about = {"headers": [[name, str(value)] for name, value in message.items()],
                 "text": message.get_body(("plain",)).get_content().replace("\r\n", "\n"),
                 "html": message.get_body(("html",)).get_content().replace("\r\n", "\n"), "defects": [str(d) for d in message.defects],
                 "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                 "signedIn": bool(session.authenticated), "hello": session.host_name, "dropped": dropped,
                 "connection": session.peer[1]}
        with open(path + ".tmp", "w", encoding="utf8") as f:
            json.dump(about, f)
        os.rename(path + ".tmp", path + ".json")

    async def handle_RCPT(self, server, session, envelope, address, options):
        for prefix, refusal in REFUSALS.items():
            if address.startswith(prefix):
                return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].split("@")[0]
        drop = local.startswith("drop-") and self.drops.get(local, 0) < int(local[5:])
        self.keep(session, envelope, drop)
        for _ in range(160 if local.startswith("slow") else 0):
            if os.path.exists(os.path.join(folder, "go")):
                break
            await asyncio.sleep(0.05)
        if drop:
            self.drops[local] = self.drops.get(local, 0) + 1
            server.transport.abort()
            return "421 gone"
        return "250 2.0.0 Ok: queued as T%04d" % self.messages


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    handler = Handler()
    loop = asyncio.get_running_loop()

    def protocol():
        return SMTP(handler, tls_context=context, require_starttls=True, authenticator=authenticate,
                    auth_required=True, auth_require_tls=True, hostname="relay.example", loop=loop)

    server = await loop.create_server(protocol, "127.0.0.1", int(os.environ.get("SINK_PORT", "0")))
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
