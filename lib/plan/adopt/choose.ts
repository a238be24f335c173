/**
 * Files of an instance that a configuration can write, and those that are only named in it: secrets, programs, large ones.
 *
 * @module
 */
import { textOf } from "../../base/bytes.ts";
import { sizeText } from "../../base/sizes.ts";
import { maskText } from "../../cloudconfig/model/mask.ts";
import { isAccountName } from "../../cloudconfig/sections/users/user_schema.ts";
import { CREDENTIALS, PRIVATE_KEY } from "../../cloudconfig/model/secrets.ts";
import type { Found, FoundFile } from "./found.ts";

/** The limits of files that are written: bytes of one and of all, and their number. */
export const MOST = { bytes: 65_536, all: 1_048_576, files: 300 } as const;

/** A file that is not written, and why. */
export interface NamedFile {
  readonly path: string;
  readonly why: string;
}

/** A file with its content. */
export interface TakenFile extends FoundFile {
  readonly content: Uint8Array;
}

/** Files by what becomes of them. */
export interface Chosen {
  /** Files whose contents lxops asks for. */
  readonly files: readonly FoundFile[];
  readonly links: readonly FoundFile[];
  readonly named: readonly NamedFile[];
}

/** Paths of files that hold secrets. */
const SECRET = new RegExp(
  [
    String.raw`\/\.(?:gnupg|password-store|aws|azure|kube|docker|config\/gcloud|mozilla)\/`,
    String.raw`\/\.ssh\/(?!(?:config|known_hosts|authorized_keys|environment|rc)$|.*\.pub$)`,
    String
      .raw`\/\.(?:netrc|pgpass|my\.cnf|mylogin\.cnf|npmrc|pypirc|git-credentials|vault-token|htpasswd|smbcredentials|Xauthority|s3cfg|boto|env(?:\..*)?)$`,
    String.raw`\/[^\/]*(?:secret|passw|token|credential|private)[^\/]*$`,
    String.raw`\.(?:key|p12|pfx|jks|keystore|kdbx|keytab|asc|ovpn|age)$`,
    String
      .raw`^\/etc\/(?:wireguard|ssl\/private|letsencrypt|ppp|ipsec\.d|openvpn|wpa_supplicant|NetworkManager\/system-connections|iwd)\/`,
    String
      .raw`^\/etc\/(?:krb5\.keytab|ipsec\.secrets|[^\/]*shadow[^\/]*|mysql\/debian\.cnf|exim4\/passwd\.client|postfix\/sasl[^\/]*)$`,
    String.raw`\/id_(?:rsa|dsa|ecdsa|ed25519)[^\/.]*$`,
  ].join("|"),
  "i",
);

/** Files that only their owner or group may read, and that are no secrets. */
const RESTRICTED =
  /^\/etc\/sudoers(?:\.d\/|$)|^\/var\/spool\/cron\/|^\/etc\/crontab|\/\.ssh\/(?:config|known_hosts)$/;

/** Files in which such words are no secrets. */
const NO_SECRET =
  /^\/etc\/(?:sudoers(?:\.d\/.*)?|nsswitch\.conf|login\.defs|pam\.d\/.*|pam\.conf|security\/(?!opasswd).*)$/;

/** Keys of packages, which are public. */
const PUBLIC_KEYS = /^\/etc\/apt\/(?:keyrings|trusted\.gpg\.d)\/[^\/]+\.(?:gpg|asc)$/;

/** Tells whether a path is one that a cloud-config can have. */
function isPlain(path: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}]/u.test(path);
}

/** Tells whether an owner has a name in each instance of the configuration. */
function hasOwner({ user, group }: FoundFile): boolean {
  return [user, group].every((name) => isAccountName(name) && name !== "UNKNOWN");
}

/** Chooses what to ask for, by all but the contents. */
export function chosenFiles({ files: all }: Pick<Found, "files">): Chosen {
  const files: FoundFile[] = [];
  const links: FoundFile[] = [];
  const named: NamedFile[] = [];
  let bytes = 0;
  for (const file of all) {
    const why = reasonOf(file);
    if (why !== undefined) named.push({ path: file.path, why });
    else if (files.length + links.length >= MOST.files) named.push({ path: file.path, why: tooMany });
    else if (file.target !== undefined) links.push(file);
    else if (bytes + file.bytes > MOST.all) named.push({ path: file.path, why: tooLarge });
    else {
      bytes += file.bytes;
      files.push(file);
    }
  }
  return { files, links, named };
}

const tooMany = `there are more than ${MOST.files} files`;
const tooLarge = `all files together have more than ${sizeText(MOST.all)}`;

function reasonOf(file: FoundFile): string | undefined {
  const { path, target, mode, bytes } = file;
  if (!isPlain(path) || target !== undefined && !isPlain(target)) return "its name has control characters";
  if (SECRET.test(path) && !PUBLIC_KEYS.test(path)) return "by its name, it may be secret";
  if (target !== undefined) return undefined;
  if (!hasOwner(file)) return "its owner or group has no name";
  if ((parseInt(mode, 8) & 0o004) === 0 && !RESTRICTED.test(path)) {
    return "it may be secret, as not everybody may read it";
  }
  return bytes > MOST.bytes ? `${sizeText(bytes)}, which is too large` : undefined;
}

/** Forms of secrets in texts: hashes of passwords, keys, tokens, and long random words behind a name. */
const SHAPES: readonly RegExp[] = [
  PRIVATE_KEY,
  CREDENTIALS,
  /-----BEGIN PGP PRIVATE|PuTTY-User-Key-File|AGE-SECRET-KEY-1/,
  /(?:^|[\s:"'=])\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2\w*)\$[^\s:]{8,}/m,
  /\b(?:sk|pk|rk)_(?:live|test)_\w{10,}|\bsk-[\w-]{20,}|\bAIza[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bhvs\.[\w-]{20,}|\bdop_v1_\w{32,}/,
  /\b(?:psk|pre_?shared_?key|private_?key|secret|token|pass(?:word|wd|phrase)?|pwd|credentials?|(?:api|access|auth|encryption|signing)[_-]?key)\b["']?\s*[:=]>?\s*["']?[^\s"'$<]{4,}/i,
  /^\s*(?:requirepass|masterauth|bindpw|rootpw|user_pw|ldap_default_authtok|wpa_passphrase)\s+\S/im,
];

/** Tells whether a text has something of the form of a secret; lines of comment do not count, except for keys. */
export function looksSecret(text: string): boolean {
  if (PRIVATE_KEY.test(text)) return true;
  const lines = text.split("\n").filter((line) => !/^\s*(?:#|;|\/\/)/.test(line)).join("\n");
  return SHAPES.some((shape) => shape.test(lines)) ||
    lines.split("\n").some((line) => line.length < 4096 && maskText(line) !== line);
}

/** Divides files by their contents; one that is not told is named. */
export function withContents(
  files: readonly FoundFile[],
  contents: ReadonlyMap<string, Uint8Array>,
): { readonly files: readonly TakenFile[]; readonly named: readonly NamedFile[] } {
  const taken: TakenFile[] = [];
  const named: NamedFile[] = [];
  for (const file of files) {
    const { path } = file;
    const content = contents.get(path);
    const text = content && textOf(content);
    if (!content) named.push({ path, why: "it could not be read, or changed meanwhile" });
    else if (PUBLIC_KEYS.test(path) && (text === undefined || !looksSecret(text))) {
      taken.push({ ...file, content });
    } else if (text === undefined || text.includes("\0")) {
      named.push({ path, why: `${sizeText(content.length)}, which is no text` });
    } else if (!NO_SECRET.test(path) && looksSecret(text)) {
      named.push({ path, why: "something in it looks like a secret" });
    } else taken.push({ ...file, content });
  }
  return { files: taken, named };
}
