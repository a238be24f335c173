exit 3
a.yaml:6:3 secrets.db: Cannot read secret "db": there is no file "/c/none"
a.yaml:7:3 secrets.token: Cannot read secret "token": there is no file "/c/nothing"
