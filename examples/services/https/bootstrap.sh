#!/bin/sh -e
cd /usr/local/data
mkdir -p private
# A certificate of one's own, unless there is another one: it is data, and outlives the container.
if [ ! -s tls/cert.pem ]; then
  (
    umask 077
    mkdir -p tls
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
      -subj "/CN=$DOMAIN" -addext "subjectAltName=DNS:$DOMAIN" -addext basicConstraints=critical,CA:FALSE \
      -keyout tls/key.pem -out tls/cert.pem 2>/dev/null
  )
fi
(
  umask 027
  printf 'admin:%s\n' "$(printf %s "$PASSWORD" | openssl passwd -apr1 -stdin)" >/etc/nginx/users
  chgrp www-data /etc/nginx/users
)
nginx -t -q
systemctl enable --quiet nginx
systemctl restart nginx
