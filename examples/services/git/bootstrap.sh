#!/bin/sh -e
mkdir -p /usr/local/data/repositories
chown git:git /usr/local/data/repositories
cp /usr/local/conf/sshd.conf /etc/ssh/sshd_config.d/git.conf
usermod -p '*' git # may log in, by key only
sshd -t
systemctl enable --quiet ssh
systemctl restart ssh
