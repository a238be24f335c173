#!/bin/sh -e
# The key is data: devices know the server by it.
cd /usr/local/data
umask 077
if [ ! -s private.key ]; then
  wg genkey >private.key.new
  mv private.key.new private.key
fi
wg pubkey <private.key >public.key

cat >/etc/wireguard/wg0.conf <<EOF
[Interface]
Address = $NETWORK
PostUp = /usr/local/sbin/update-peers
PostUp = echo 1 >/proc/sys/net/ipv4/ip_forward
EOF
systemctl enable --quiet wg-quick@wg0
systemctl restart wg-quick@wg0
echo "public key of the server: $(cat public.key)"
