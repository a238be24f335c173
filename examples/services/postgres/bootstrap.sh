#!/bin/sh -e
version=$(ls /usr/lib/postgresql)
data=/usr/local/data/$version
for there in /usr/local/data/[0-9]*; do
  # A new major version cannot read the files of the old one. The failure brings the old container back.
  [ ! -d "$there" ] || [ "$there" = "$data" ] || {
    echo "The data is of PostgreSQL ${there##*/}, and this image has $version: dump it first, see README" >&2
    exit 1
  }
done

# The package has made an empty cluster: it becomes the data, unless there is data.
empty=/var/lib/postgresql/$version/main
if [ -d "$empty" ]; then
  systemctl stop "postgresql@$version-main"
  if [ ! -s "$data/PG_VERSION" ]; then
    rm -rf /usr/local/data/new
    cp -a "$empty" /usr/local/data/new
    mv /usr/local/data/new "$data"
  fi
  chown -R postgres: "$data"
  pg_conftool "$version" main set data_directory "$data"
  echo "host all all all scram-sha-256" >>"/etc/postgresql/$version/main/pg_hba.conf"
  rm -r "$empty"
fi
cp /usr/local/conf/postgresql.conf "/etc/postgresql/$version/main/conf.d/lan.conf"
systemctl restart "postgresql@$version-main"

# The password comes from an open file: no program has it among its arguments.
su postgres -c "psql -q -v ON_ERROR_STOP=1 -v name='$DATABASE'" 3</run/lxops/secrets/password <<'EOF'
\set password `cat <&3`
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'name', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''', :'name', :'name')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
EOF
