#!/bin/sh -e
touch /usr/local/data/queries.log
chown dnsmasq /usr/local/data/queries.log
{
  cat /usr/local/conf/dnsmasq.conf
  echo "domain=$DOMAIN"
  echo "local=/$DOMAIN/"
  echo "server=$UPSTREAM"
} >/etc/dnsmasq.d/lan.conf
systemctl enable --quiet dnsmasq
update-blocked
