#!/bin/sh -e
cp /usr/local/conf/mosquitto.conf /etc/mosquitto/conf.d/home.conf

# What devices said last (retained messages) is data.
mkdir -p /usr/local/data/mosquitto
chown mosquitto: /usr/local/data/mosquitto
sed -i 's|^persistence_location .*|persistence_location /usr/local/data/mosquitto/|' /etc/mosquitto/mosquitto.conf

(
  umask 077
  printf 'home:%s\n' "$PASSWORD" >/etc/mosquitto/users
  mosquitto_passwd -U /etc/mosquitto/users # replaces the password by its hash
  # Options of mosquitto_pub and mosquitto_sub, which then have no password among their arguments.
  mkdir -p /etc/mosquitto/client
  printf -- '-h localhost\n-u home\n-P %s\n' "$PASSWORD" >/etc/mosquitto/client/mosquitto_pub
  cp /etc/mosquitto/client/mosquitto_pub /etc/mosquitto/client/mosquitto_sub
  chown -R mosquitto: /etc/mosquitto/users /etc/mosquitto/client
)

cat >/etc/systemd/system/automations.service <<EOF
[Unit]
After=mosquitto.service
Requires=mosquitto.service

[Service]
ExecStart=/usr/local/sbin/automations
User=mosquitto
Environment=XDG_CONFIG_HOME=/etc/mosquitto/client
Restart=always

[Install]
WantedBy=multi-user.target
EOF
systemctl daemon-reload
systemctl enable --quiet mosquitto automations
systemctl restart mosquitto automations
