/**
 * Plans the delivery of secrets: a script writes them into files in the memory of an instance.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { compareTexts } from "../../base/order.ts";
import { textOf } from "../../base/bytes.ts";
import { MASK } from "../../base/mask.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Secret, Step } from "../../step/step.ts";

/** The directory of secrets in an instance. */
export const SECRETS_DIRECTORY = "/run/lxops/secrets";

/**
 * The file in an instance that lists the delivered secrets: a line for each secret, with its name and a hash of its
 * content, owner and mode. It is beside the secrets themselves, for root only, and is lost with them.
 */
export const DELIVERED = `${SECRETS_DIRECTORY}/.delivered`;

/** The key of an instance that says that it has secrets, which a start must deliver again. */
export const SECRETS_MARK = "user.lxops.secrets";

/** Time limit of a delivery, in seconds. */
const DELIVERY_SECONDS = 60;

/** A secret with its value. */
export interface SecretFile {
  readonly name: string;
  readonly content: Uint8Array;
  /** USER[:GROUP]; empty: root. */
  readonly owner: string;
  readonly mode: number;
}

/** Returns the line about a secret that tells whether it was delivered. */
function lineOf({ name, content, owner, mode }: SecretFile): string {
  const meta = new TextEncoder().encode(`${name}\0${owner}\0${mode}\0`);
  const all = new Uint8Array(meta.length + content.length);
  all.set(meta);
  all.set(content, meta.length);
  return `${name} ${sha256(all)}`;
}

function linesOf(secrets: readonly SecretFile[]): readonly string[] {
  return secrets.toSorted((a, b) => compareTexts(a.name, b.name)).map(lineOf);
}

/** Difference between a secret and the one that was delivered. */
export interface SecretDifference {
  readonly sign: "+" | "~" | "-";
  readonly name: string;
}

/** Compares secrets with the text of the file about delivered secrets, which may be anything. */
export function secretDifferences(
  secrets: readonly SecretFile[],
  delivered: string,
): readonly SecretDifference[] {
  const before = new Map(
    delivered.split("\n").flatMap((line): [string, string][] => {
      const name = /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}) [0-9a-f]{64}$/.exec(line)?.[1];
      return name === undefined ? [] : [[name, line]];
    }).slice(0, 1000),
  );
  const names = new Set(secrets.map(({ name }) => name));
  const changed = secrets.flatMap((one): SecretDifference[] => {
    const found = before.get(one.name);
    if (found === lineOf(one)) return [];
    return [{ sign: found === undefined ? "+" : "~", name: one.name }];
  });
  const gone = [...before.keys()].filter((name) => !names.has(name));
  return [...changed, ...gone.map((name): SecretDifference => ({ sign: "-", name }))];
}

/** A user or a group of the owner of a secret, by name. */
const NAMED = /[^0-9:]/;

/** Tells whether secrets belong to users or groups by name, who may not be there before an instance is configured. */
export function haveNamedOwners(secrets: readonly SecretFile[]): boolean {
  return secrets.some(({ owner }) => NAMED.test(owner));
}

/** Returns the step that delivers secrets. */
export function deliveryStep(instance: InstanceRef, secrets: readonly SecretFile[]): Step {
  const count = secrets.length;
  const title = count === 0 ? "Remove the secrets" : `Deliver ${count} secret${count === 1 ? "" : "s"}`;
  return step(title, instance, secrets, false);
}

/** Returns the steps before and after an instance is configured, which may make the owners of secrets. */
export function deliverySteps(
  instance: InstanceRef,
  secrets: readonly SecretFile[],
): { readonly before: Step; readonly after: Step } {
  const { title } = deliveryStep(instance, secrets);
  return {
    before: step(`${title}, owned by root until their owners exist`, instance, secrets, true),
    after: step("Change the owners of the secrets", instance, secrets, false),
  };
}

function step(title: string, instance: InstanceRef, secrets: readonly SecretFile[], waits: boolean): Step {
  const lines = linesOf(secrets);
  const contents = secrets.map(({ content }) => contentWord(content));
  return {
    title,
    effect: {
      kind: "secrets",
      exec: { instance, argv: ["/bin/sh", "-s"], stdin: scriptOf(secrets, lines, waits) },
      secrets: hiddenParts(contents, lines),
      timeoutSeconds: DELIVERY_SECONDS,
    },
  };
}

/** Returns the words that are not to be shown: contents as the script has them, and hashes that they could be guessed from. */
function hiddenParts(contents: readonly string[], lines: readonly string[]): readonly Secret[] {
  return [
    ...contents,
    ...lines.map((line) => ({ text: line.slice(line.indexOf(" ") + 1), shown: MASK })),
  ];
}

/** Returns the command that prints a content, which no argument of a program has: it is one of the shell itself. */
function contentWord(content: Uint8Array): string {
  const text = textOf(content);
  if (text !== undefined && !text.includes("\0")) return `printf %s '${text.replaceAll("'", `'\\''`)}'`;
  return `printf '${[...content].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}'`;
}

function scriptOf(secrets: readonly SecretFile[], lines: readonly string[], waits: boolean): string {
  const puts = secrets.map(({ name, content, owner, mode }) =>
    `${contentWord(content)} >${quote(`.${name}.new`)}
lxops_put ${quote(name)} ${mode.toString(8).padStart(4, "0")} ${quote(owner || "0:0")}`
  );
  return `lxops_main() {
set -eu
umask 077
lxops_waits=${waits ? "yes" : ""} lxops_open=
${WHEN_MOUNTED}
${IN_MEMORY}
cd ${SECRETS_DIRECTORY}
rm -f .delivered
${PUT}
${puts.join("\n")}
for lxops_one in * .*; do
  case $lxops_one in .|..|'*'|'.*') continue ;; esac
  case " ${secrets.map(({ name }) => name).join(" ")} " in *" $lxops_one "*) continue ;; esac
  rm -f -- "$lxops_one"
done
[ -z "$lxops_open" ] || return 0
printf '%s\\n' ${lines.map(quote).join(" ") || "''"} >.delivered.new
chmod 0400 .delivered.new
mv -f .delivered.new .delivered
}
lxops_main
`;
}

/** Waits until systemd has mounted /run over the directory of the image. */
const WHEN_MOUNTED = String.raw`
lxops_init=
read -r lxops_init </proc/1/comm || :
if [ "$lxops_init" = systemd ]; then
  lxops_tries=0
  while [ ! -d /run/systemd/system ] && [ "$lxops_tries" -lt 300 ]; do
    sleep 0.1
    lxops_tries=$((lxops_tries + 1))
  done
fi
`.trim();

/** Makes sure that the directory is in memory. */
const IN_MEMORY = String.raw`
if [ -L /run/lxops ] || [ -L /run/lxops/secrets ]; then
  echo "/run/lxops must not be a symbolic link" >&2
  return 1
fi
mkdir -p /run/lxops/secrets
lxops_kind=
while read -r lxops_from lxops_at lxops_type lxops_rest; do
  case $lxops_at in /run|/run/lxops|/run/lxops/secrets) lxops_kind=$lxops_type ;; esac
done </proc/mounts
case $lxops_kind in
tmpfs|ramfs) ;;
*)
  if ! mount -t tmpfs -o nosuid,nodev,noexec,mode=0711,size=16m lxops /run/lxops/secrets; then
    echo "/run is not in memory, and nothing can be mounted in it: secrets would be on the disk" >&2
    return 1
  fi
  ;;
esac
chmod 0755 /run/lxops
chmod 0711 /run/lxops/secrets
`.trim();

/** Gives a secret its owner, mode and name. */
const PUT = String.raw`
lxops_put() {
  if ! chown "$3" ".$1.new" 2>/dev/null; then
    if [ -z "$lxops_waits" ]; then
      echo "secret $1: there is no user or group $3" >&2
      return 1
    fi
    lxops_open=yes
  fi
  chmod "$2" ".$1.new"
  mv -f ".$1.new" "$1"
}
`.trim();
