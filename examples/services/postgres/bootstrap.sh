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

# The package has made an empty cluster in the root filesystem; the one in the data takes its place.
if [ -d "/var/lib/postgresql/$version/main" ]; then
  pg_dropcluster --stop "$version" main
  mkdir -p "$data"
  chown -R postgres: "$data"
  chmod 700 "$data"
  [ -s "$data/PG_VERSION" ] || set -- --locale C.UTF-8 --encoding UTF8
  pg_createcluster --datadir "$data" --port 5432 "$version" main "$@" >/dev/null
  echo "host all all all scram-sha-256" >>"/etc/postgresql/$version/main/pg_hba.conf"
fi
cp /usr/local/conf/postgresql.conf "/etc/postgresql/$version/main/conf.d/lan.conf"
systemctl restart "postgresql@$version-main"

# The password comes from an open file: no program has it among its arguments.
su postgres -c "psql -q -v ON_ERROR_STOP=1 -v name='$DATABASE'" 3</run/lxops/secrets/password <<'EOF'
\set password `cat <&3`
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'name', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
EOF
