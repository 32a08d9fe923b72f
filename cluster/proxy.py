"""nginx in front of the processes: TLS as recommended, towards them too, and a log that holds nobody's name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

CIPHERS = ":".join(
    f"ECDHE-{kind}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
    for kind in ("ECDSA", "RSA")
)
"""For TLS 1.2; all of TLS 1.3 are good. Forward secrecy and authenticated encryption, nothing else."""
TEMPLATE = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
events {{ worker_connections 512; }}
http {{
    server_tokens off;
    # Names searched for stand after the question mark, one-time links in the path: neither is written down.
    map $request_uri $told {{
        ~^/invitation/  /invitation/-;
        ~^(?<path>[^?]*)  $path;
    }}
    log_format plain '$time_iso8601 $remote_addr $request_method $told $status $upstream_addr $request_time';
    access_log {folder}/nginx-access.log plain;
    client_body_temp_path {folder}/temp/body;
    proxy_temp_path {folder}/temp/proxy;
    fastcgi_temp_path {folder}/temp/fastcgi;
    uwsgi_temp_path {folder}/temp/uwsgi;
    scgi_temp_path {folder}/temp/scgi;
    client_max_body_size 16m;
    client_header_timeout 15s;
    client_body_timeout 30s;
    upstream casetracker {{
{servers}
    }}
    server {{  # a name that is not ours gets no handshake
        listen 127.0.0.1:{port} ssl default_server;
        ssl_reject_handshake on;
        ssl_protocols TLSv1.2 TLSv1.3;
    }}
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name localhost;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_ciphers {ciphers};
        ssl_prefer_server_ciphers off;
        ssl_ecdh_curve X25519:prime256v1:secp384r1;
        ssl_session_cache shared:tls:2m;
        ssl_session_tickets off;
        location / {{
            proxy_pass https://casetracker;
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate {authority};
            proxy_ssl_name localhost;
            proxy_ssl_server_name on;
            proxy_ssl_protocols TLSv1.2 TLSv1.3;
            proxy_connect_timeout 3s;
            proxy_read_timeout 60s;
            # Only what surely reached no process goes to the other one, and what may be asked twice: no POST.
            proxy_next_upstream error timeout;
            proxy_set_header Host $host:$server_port;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""


def write_configuration(
    folder: Path, *, port: int, processes: Sequence[int], certificate: Path, key: Path, authority: Path
) -> Path:
    """nginx's configuration for these ports, in `folder`, where its logs will be; its path."""
    (folder / "temp").mkdir(exist_ok=True)
    servers = "\n".join(f"        server 127.0.0.1:{each} max_fails=1 fail_timeout=5s;" for each in processes)
    path = folder / "nginx.conf"
    path.write_text(
        TEMPLATE.format(
            user="user nobody nogroup;" if os.geteuid() == 0 else "",
            folder=folder,
            port=port,
            servers=servers,
            certificate=certificate,
            key=key,
            authority=authority,
            ciphers=CIPHERS,
        )
    )
    return path
