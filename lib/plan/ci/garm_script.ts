/**
 * Makes the script that an instance of garm runs at its start: it downloads the script from garm that installs the
 * runner, and runs it as the user `runner`. Neither cloud-init nor a package manager is needed where the image has curl or wget.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import type { Bootstrap } from "./garm.ts";

/** Functions of the script: certificates, the user, the request for the script, and a message to garm. */
const INSTALL = `
request() { # METHOD URL FILE [DATA]
  if command -v curl >/dev/null; then
    curl -sS -f -X "$1" -H "Authorization: Bearer $token" -H "Accept: application/json" \${4:+-d "$4"} -o "$3" "$2"
  else
    wget -q -O "$3" --header "Authorization: Bearer $token" --header "Accept: application/json" \${4:+--post-data "$4"} "$2"
  fi
}
failed() {
  request POST "\${callback%/status}/status" /dev/null "{\\"status\\": \\"failed\\", \\"message\\": \\"$1\\"}"
  echo "$1" >&2
  exit 1
}
if ! command -v curl >/dev/null && ! command -v wget >/dev/null; then
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if command -v apt-get >/dev/null; then apt-get -q update && apt-get -q -y install curl ca-certificates tar && break
    elif command -v dnf >/dev/null; then dnf -q -y install curl tar && break
    elif command -v apk >/dev/null; then apk add -q curl tar && break
    else break; fi
    sleep 3
  done
fi
if [ -n "$ca" ]; then
  for place in /usr/local/share/ca-certificates /etc/pki/ca-trust/source/anchors; do
    if [ -d "$place" ]; then printf %s "$ca" | base64 -d >"$place/garm.crt"; fi
  done
  update-ca-certificates || update-ca-trust
fi
if ! id runner >/dev/null 2>&1; then
  shell=/bin/sh
  if [ -x /bin/bash ]; then shell=/bin/bash; fi
  useradd -m -s "$shell" runner || adduser -D -s "$shell" runner || failed "user runner cannot be made"
fi
for group in sudo adm docker; do
  if grep -q "^$group:" /etc/group; then usermod -a -G "$group" runner || addgroup runner "$group"; fi
done
if [ -d /etc/sudoers.d ]; then
  echo 'runner ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/runner && chmod 0440 /etc/sudoers.d/runner
fi
if [ -n "$keys" ]; then
  mkdir -p ~runner/.ssh && printf '%s\\n' "$keys" >>~runner/.ssh/authorized_keys && chown -R runner ~runner/.ssh
fi
script=$(mktemp) || exit 1
for try in $(seq 60); do
  if request GET "\${metadata%/}/install-script/" "$script" && [ -s "$script" ]; then break; fi
  : >"$script"
  sleep 2
done
[ -s "$script" ] || failed "the install script cannot be had from garm"
chown runner "$script" && chmod 0700 "$script"
cd / && su -l -c "$proxies exec '$script'" runner || failed "the install script failed with exit code $?"
rm -f "$script"
`;

/** Starts a script that comes on standard input, and goes on when the step has ended. */
const START = 'umask 077; f=$(mktemp) && cat >"$f" && command -v setsid >/dev/null && set -- setsid; ' +
  '"$@" /bin/sh "$f" </dev/null >/var/log/lxops-garm.log 2>&1 &';

/**
 * Returns the step that lets an instance install its runner. The token goes over standard input into the instance, and is
 * in no argument and no key of the instance.
 *
 * @throws {LxopsError} where garm does not tell where its script is
 */
export function installStep(instance: InstanceRef, bootstrap: Bootstrap): Step {
  const metadata = bootstrap["metadata-url"] ?? "";
  const callback = bootstrap["callback-url"] ?? "";
  for (const url of [metadata, callback]) {
    if (!/^https?:\/\/[^\s'"\\]+$/.test(url)) {
      throw new LxopsError(`garm has to tell metadata-url and callback-url, not ${JSON.stringify(url)}`);
    }
  }
  const ca = bootstrap["ca-cert-bundle"] ?? "";
  if (!/^[A-Za-z0-9+/=]*$/.test(ca)) throw new LxopsError("ca-cert-bundle is not base64");
  const proxy = bootstrap.proxy_config;
  const proxies = Object.entries({
    http_proxy: proxy?.http_proxy,
    https_proxy: proxy?.https_proxy,
    no_proxy: proxy?.no_proxy,
  }).flatMap(([name, value]) => value ? [[name, value], [name.toUpperCase(), value]] as const : []);
  const values = {
    metadata,
    callback,
    token: bootstrap["instance-token"] ?? "",
    ca,
    keys: (bootstrap["ssh-keys"] ?? []).join("\n"),
    proxies: proxies.map(([name, value]) => `export ${name}=${quote(value)};`).join(" "),
  };
  const head = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`).join("");
  const exports = proxies.map(([name, value]) => `export ${name}=${quote(value)}\n`).join("");
  return {
    title: `Start the installation of the runner in ${instance.name}`,
    effect: {
      kind: "exec",
      instance,
      argv: ["/bin/sh", "-c", START, "sh"],
      stdin: `${head}${exports}${INSTALL}`,
      bounded: true,
    },
  };
}
