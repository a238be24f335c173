/**
 * Files of an instance that a configuration can write, and those that are only named in it: secrets, programs, large ones.
 *
 * @module
 */
import { textOf } from "../../base/bytes.ts";
import { sizeText } from "../../base/sizes.ts";
import { isAccountName } from "../../cloudconfig/sections/users/user_schema.ts";
import { type Found, type FoundFile, isBelowRoot } from "./found.ts";
import { hasSureSecret, looksSecret } from "./secrets.ts";

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
    String.raw`\/\.(?:gnupg|password-store|aws|azure|kube|docker|mozilla|terraform\.d|bitcoin|ethereum)\/`,
    String.raw`\/\.config\/(?:gcloud|gh|glab-cli|hub|rclone|op|doctl|hcloud)(?:\/|$)`,
    String.raw`\/\.[^\/]*history$|\/\.(?:histfile|viminfo|curlrc|wgetrc|fetchmailrc|msmtprc|terraformrc)$`,
    String
      .raw`\/(?:\.erlang\.cookie|[^\/]*\.cookie|wp-config\.php|kubeconfig|msmtprc|fetchmailrc|ddclient\.conf)$`,
    String.raw`\/(?:auth\.json|\.m2\/settings\.xml|\.gradle\/gradle\.properties|terraform\.tfstate[^\/]*)$`,
    String.raw`\/\.ssh\/(?!(?:config|known_hosts|authorized_keys|environment|rc)$|.*\.pub$)`,
    String
      .raw`\/\.(?:netrc|pgpass|my\.cnf|mylogin\.cnf|npmrc|pypirc|git-credentials|vault-token|htpasswd|smbcredentials|Xauthority|s3cfg|boto|env(?:\..*)?)$`,
    String.raw`(?<!^\/etc\/pam\.d)\/[^\/]*(?:secret|passw|token|credential|private)[^\/]*$`,
    String.raw`\.(?:key|p12|pfx|jks|keystore|kdbx|keytab|asc|ovpn|age)$`,
    String
      .raw`^\/etc\/(?:apt\/auth\.conf(?:\.d)?|davfs2|munge|freeradius|raddb|wireguard|ssl\/private|letsencrypt|ppp|ipsec\.d|openvpn|wpa_supplicant|NetworkManager\/system-connections|iwd)(?:\/|$)`,
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
const NO_SECRET = /^\/etc\/(?:sudoers(?:\.d\/.*)?|login\.defs|security\/(?!opasswd).*)$/;

/** Files of settings in a home directory, which are asked for although others cannot enter that. */
const DOTFILES =
  /^\/(?:root|home\/[^\/]+)\/\.(?:profile|bashrc|bash_profile|bash_login|bash_logout|bash_aliases|zshrc|zprofile|vimrc|inputrc|tmux\.conf|screenrc|nanorc|dircolors)$/;

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
export function chosenFiles({ files: all, folders }: Pick<Found, "files" | "folders">): Chosen {
  const open = new Set(folders.filter(({ mode }) => hasBit(mode, 0o001)).map(({ path }) => path));
  const files: FoundFile[] = [];
  const links: FoundFile[] = [];
  const named: NamedFile[] = [];
  let bytes = 0;
  for (const file of all) {
    const why = reasonOf(file, open);
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

function hasBit(mode: string, bit: number): boolean {
  return (parseInt(mode, 8) & bit) !== 0;
}

/** Returns the directories above a path from the one that was looked at on. */
function foldersOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join("/")).filter(isBelowRoot);
}

function reasonOf(file: FoundFile, open: ReadonlySet<string>): string | undefined {
  const { path, target, mode, bytes } = file;
  if (!isPlain(path) || target !== undefined && !isPlain(target)) return "its name has control characters";
  if (SECRET.test(path) && !PUBLIC_KEYS.test(path)) return "by its name, it may be secret";
  if (target !== undefined) return undefined;
  if (!hasOwner(file)) return "its owner or group has no name";
  if (!RESTRICTED.test(path)) {
    if (!hasBit(mode, 0o004)) return "it may be secret, as not everybody may read it";
    if (!DOTFILES.test(path) && !foldersOf(path).every((folder) => open.has(folder))) {
      return "it may be secret, as not everybody may enter its directory";
    }
  }
  return bytes > MOST.bytes ? `${sizeText(bytes)}, which is too large` : undefined;
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
    } else if (NO_SECRET.test(path) ? hasSureSecret(text) : looksSecret(text)) {
      named.push({ path, why: "something in it looks like a secret" });
    } else taken.push({ ...file, content });
  }
  return { files: taken, named };
}
