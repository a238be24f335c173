/**
 * The files of a new directory.
 *
 * @module
 */
import { type OSType, osType } from "../../cloudconfig/model/ostype.ts";
import { commented, configText } from "./config_text.ts";
import type { Starter } from "./starter.ts";

/** A file of a new directory. */
export interface NewFile {
  /** Its path below the directory. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** The text is not to be shown. */
  readonly secret?: true;
  /** Without it, the others say something else. */
  readonly needed?: true;
}

/** Lines of a `.gitignore`: secret files, and data of the container. */
export const IGNORED: readonly string[] = ["/.env", "/data", "/volumes", "/secrets"];

const INSTALL: Readonly<Partial<Record<OSType["packageManager"], string>>> = {
  apk: "apk add",
  apt: "apt-get install -y",
  dnf: "dnf install -y",
  pacman: "pacman -S --noconfirm",
  zypper: "zypper -n install",
};

const READ = 0o644;
const RUN = 0o755;
const OWN = 0o600;

/** Returns the files of a new directory, the configuration first. */
export function starterFiles(starter: Starter): readonly NewFile[] {
  const { env, keys } = starter;
  const os = typeof keys["ostype"] === "string" ? osType(keys["ostype"]) : undefined;
  return [
    { path: "lxops.yaml", text: configText(starter), mode: READ },
    // A script would be one more thing that is to be applied to an instance that exists.
    ...(os && !starter.exists ? [{ path: "bootstrap.sh", text: bootstrapText(starter, os), mode: RUN }] : []),
    ...cloudConfigFiles(starter, os),
    ...(starter.exists ? [] : mountedFiles()),
    {
      path: ".gitignore",
      text: `# Secrets, and data of the container.\n${IGNORED.map((line) => `${line}\n`).join("")}`,
      mode: READ,
    },
    { path: ".env.example", text: exampleText(starter), mode: READ },
    ...(env.size > 0
      ? [{ path: ".env", text: envText(env), mode: OWN, secret: true } as const satisfies NewFile]
      : []),
  ];
}

/** Returns the files of cloud-config: one of comments, or those that the source gives. */
function cloudConfigFiles(starter: Starter, os: OSType | undefined): readonly NewFile[] {
  const { cloudConfig, groups, exists } = starter;
  if (!os && cloudConfig === undefined) return [];
  const needed = exists && cloudConfig !== undefined ? { needed: true as const } : {};
  const file = (name: string, text: string): NewFile => ({
    path: `cloud-config/${name}.cfg`,
    text,
    // What an instance tells may have a secret that is not known as one.
    mode: exists && cloudConfig !== undefined ? OWN : READ,
    ...needed,
  });
  return [
    ...(groups === undefined ? [] : [file("groups", groups)]),
    file("main", cloudConfig ?? cloudConfigText(starter)),
  ];
}

/** Returns the files in the directories that the container gets read-only. */
function mountedFiles(): readonly NewFile[] {
  return [
    {
      path: "conf/.gitkeep",
      text: "Files of this directory are in /usr/local/conf of the container, read-only.\n",
      mode: READ,
    },
    {
      path: "bin/.gitkeep",
      text: "Programs of this directory are in /usr/local/sbin of the container, read-only.\n",
      mode: READ,
    },
  ];
}

function bootstrapText({ packages, bootstrap }: Starter, os: OSType): string {
  const install = INSTALL[os.packageManager];
  return [
    "#!/bin/sh",
    "# Sets the container up, as its root: once in each new root filesystem, after everything else, with the",
    '# settings of lxops.yaml and .env in its environment. "lxops up --bootstrap" runs it again.',
    "# conf/ is /usr/local/conf there, bin/ /usr/local/sbin and data/ /usr/local/data.",
    "set -eu",
    "",
    ...(install === undefined ? [] : [`# ${install} ${packages.join(" ") || "nginx"}`]),
    "# cp /usr/local/conf/nginx.conf /etc/nginx/nginx.conf",
    ...bootstrap.flatMap(commented),
    "",
  ].join("\n");
}

function cloudConfigText({ packages }: Starter): string {
  return [
    "#cloud-config",
    '# Applied before bootstrap.sh runs. "lxops up" applies items that are new or changed.',
    "",
    `# packages: [${packages.join(", ") || "nginx"}]`,
    "",
    "# users:",
    "#   - name: admin",
    "#     ssh_authorized_keys: [ssh-ed25519 AAAA...]",
    "",
    "# write_files:",
    "#   - path: /etc/motd",
    "#     template: true",
    "#     content: Welcome to ${DOMAIN}.",
    "",
  ].join("\n");
}

function exampleText({ env, unset }: Starter): string {
  const names = [...new Set([...env.keys(), ...unset])].sort();
  return [
    "# Settings that are secret: copy this file to .env (mode 0600), which git ignores, and give each its value.",
    ...(names.length > 0 ? names.map((name) => `${name}=`) : ["# PASSWORD="]),
    "",
  ].join("\n");
}

/** Returns the text of `.env`: values in quotes, in which nothing is replaced. */
function envText(env: ReadonlyMap<string, string>): string {
  return [
    "# Settings that are secret. Git ignores this file.",
    ...[...env].map(([name, value]) => `${name}=${envValue(value)}`),
    "",
  ].join("\n");
}

/** Writes a value so that it is read as the same one. */
export function envValue(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(value)) return value;
  // In single quotes a backslash stays, unless a quote follows.
  if (!/['\\\r]/.test(value)) return `'${value}'`;
  return `"${
    value.replaceAll(/[\\"$]/g, (one) => `\\${one}`).replaceAll("\n", "\\n").replaceAll("\r", "\\r")
  }"`;
}
