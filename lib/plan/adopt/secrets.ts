/**
 * Tells whether a text of an instance may have a secret. A file that is only named costs little, so a doubt counts.
 *
 * @module
 */
import { maskText } from "../../cloudconfig/model/mask.ts";
import { CREDENTIALS, PRIVATE_KEY } from "../../cloudconfig/model/secrets.ts";

/** Forms of secrets that stand for themselves: keys, hashes of passwords, tokens of known services. */
const SURE: readonly RegExp[] = [
  PRIVATE_KEY,
  CREDENTIALS,
  /-----BEGIN PGP PRIVATE|PuTTY-User-Key-File|AGE-SECRET-KEY-1/,
  /(?:^|[\s:"'=])\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2\w*)\$[^\s:]{8,}/m,
  /\{(?:S?SHA\d*|S?MD5|CRYPT|ARGON2\w*|PBKDF2[\w-]*)\}|SCRAM-SHA-\d+\$/i,
  /\b(?:sk|pk|rk)_(?:live|test)_\w{10,}|\bsk-[\w-]{20,}|\bAIza[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\bhvs\.[\w-]{20,}|\bdo[opr]_v1_\w{32,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}|\bnpm_\w{30,}/,
  /\bpypi-[\w-]{50,}|\bdckr_pat_[\w-]{20,}|\bshp(?:at|ss|ca)_\w{20,}|\bxkeysib-\w{20,}|\bhf_\w{30,}/,
  /hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com/i,
  /\b\d{6,12}:[\w-]{30,}/,
];

/** Words behind which a value is secret, however it is divided from them. */
const WORD = String
  .raw`pass(?:word|wd|phrase|wort)|kennwort|mot[_ -]?de[_ -]?passe|contrase(?:\u00f1|n)a|secret|token|credential|community|default_authtok|psk\b|` +
  String
    .raw`senha|wachtwoord|heslo|salasana|passord|adgangskode|parola\b|has(?:l|\u0142)o\b|l(?:o|\u00f6)senord|jelsz(?:o|\u00f3)|` +
  String.raw`\u043f\u0430\u0440\u043e\u043b\u044c|\u5bc6(?:\u7801|\u78bc)|\u30d1\u30b9\u30ef\u30fc\u30c9|` +
  String
    .raw`(?:auth|user|bind|root|require|smtp|db)[_-]?pass\b|(?:bind|root|user|admin)[_-]?pw\b|masterauth|` +
  String
    .raw`(?:api|access|auth|encryption|signing|private|(?:pre[_ -]?)?shared|account|storage|licen[sc]e|master|session|hmac|logged_in|nonce)[_ -]?key`;

/** Words behind which a value is secret where it is assigned to them. */
const ASSIGNED = String
  .raw`(?<![a-z])(?:pass|pwd?|pin(?!-)|salt|seed|phrase|mnemonic|cookie|licen[sc]e|clave)(?![a-z])|webhook|_salt|_seed`;

const NAME_END = String.raw`[\w.-]{0,60}["'\])}]{0,3}`;
const VALUE = String.raw`["'(\[{]{0,3}(?<value>[^\s"'<>;,)\]}=:][^\s"'<>;,)\]}]{0,500})`;

/** A value behind such a word. */
const NAMED: readonly RegExp[] = [
  new RegExp(String.raw`(?:${WORD})${NAME_END}(?:\s{0,20}(?:=>|[=:,>]{1,2})\s{0,20}|\s{1,20})${VALUE}`, "gi"),
  new RegExp(String.raw`(?:${ASSIGNED})${NAME_END}\s{0,20}(?:=>|[=:,>]{1,2})\s{0,20}${VALUE}`, "gi"),
];

/** A key of YAML whose value is below it. */
const BELOW = new RegExp(
  String.raw`^[\s"'-]{0,200}[\w.-]{0,60}(?:${WORD})${NAME_END}\s{0,20}:\s{0,20}(?:[|>][+-]?\d?)?\s{0,20}$`,
  "i",
);

/** A comment that is a setting. */
const COMMENTED =
  /^\s{0,200}(?:#|;|\/\/)+\s{0,20}["']?[\w.-]{1,100}["']?\s{0,20}[=:]\s{0,20}\S{1,500}\s{0,200}$/;

/** Values that are usual where such words do not name a secret. */
const HARMLESS = new RegExp(
  "^(?:" + [
    "yes|no|true|false|on|off|none|null|nil|default|enabled?|disabled?|optional|required|requisite|sufficient|include|substack",
    "prohibit-password|without-password|forced-commands-only",
    "files|compat|systemd|sss|db|ldap|nis|winbind|cache|dns",
    String.raw`(?:success|default|new_authtok_reqd)=\w+`,
    String.raw`pam_\w+(?:\.so)?|common-\w+`,
    String.raw`\d{1,3}`,
    String.raw`\$[A-Za-z_{(].*`,
    String.raw`\/(?:etc|run|var|usr|opt|home|root|srv|mnt|tmp|dev|proc|sys|lib|bin|data)\/[\w.\/@-]*`,
    String.raw`[|&\\-]+`,
    // Those of Pin in the preferences of apt, and of licenses.
    String.raw`release|origin|version`,
    String.raw`(?:MIT|A?GPL|LGPL|Apache|BSD|ISC|MPL|CC|Unlicense)[\w.+-]*`,
  ].join("|") + ")$",
  "i",
);

/** Values behind a colon that are no passwords: ports, ranges of ids, and words of tables of the system. */
const NO_PASSWORD = String
  .raw`\d{1,5}\s*$|\d+:\d+\s*$|(?:x|y|n|yes|no|on|off|true|false|none|any|all|default|files|compat)(?::|\s*$)`;

/** A line that is a name and a password, with up to five more fields. */
const PAIR = new RegExp(
  String.raw`^[a-z_][\w.@-]{0,63}:(?!${NO_PASSWORD}|[\/\\])[^\s:]{3,200}(?::[^\s:]{0,100}){0,5}\s{0,20}$`,
  "i",
);

/** A line with a name, the scheme of a password, and the password. */
const SCHEME =
  /^[a-z_0-9][\w.@-]{0,63}\s{1,40}(?:PLAIN|CLEARTEXT|CRYPT|MD5|SHA\d{0,3}|NT|DIGEST)(?:-[\w-]{1,20})?\s{1,40}\S/;

/** Other lines with secrets: names with passwords, and long random words. */
const LINES: readonly RegExp[] = [
  /\buser\s{0,20}[=:]?\s{0,20}["']?(?!\d+:\d+\b)[^\s:"'=]{1,100}:(?!\/\/)[^\s"']{1,500}/i,
  /[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}:(?!\d{1,5}\b)[^\s\/]{4,}(?:\s|$)/,
  /^\s{0,200}createUser\s/i,
  PAIR,
  SCHEME,
  /[=:]\s{0,20}["']?[0-9a-f]{32,}\b/i,
  /^\s{0,200}[0-9a-f]{32,}\s{0,200}$/i,
  // Settings of apt, of routers (password 7 VALUE, md5 "VALUE"), and signed addresses.
  /(?<![a-z])pass\s{1,20}["'][^\s"']/i,
  /(?<![a-z])(?:password|secret|key)\s{1,20}\d{1,2}\s{1,20}[^\s;]{3,}/i,
  /(?<![a-z])md5\s{1,20}"[^\s"]{3,}"/i,
  /[?&](?:sig|signature|x-amz-signature)=[^&\s]{6,}/i,
  // A variable such as APP_KEY, other than a path.
  /(?<![A-Za-z])[A-Z][A-Z0-9_]{0,60}_KEY=["']?(?![\/$]|["'\s]|$)/,
];

/** A long word behind an assignment, or alone in its line. */
const LONG =
  /(?:[=:]\s{0,20}["']?|^\s{0,200})(?<long>(?!\/\/|\/(?:etc|run|var|usr|opt|home|root|srv|mnt|lib)\/)[A-Za-z0-9+\/_-]{32,}={0,2})["']?(?=$|[\s,;)])/g;

/** Blocks of public keys and certificates. */
const PUBLIC =
  /-----BEGIN ((?:[A-Z0-9]+ ){0,3}(?:CERTIFICATE|CERTIFICATE REQUEST|X509 CRL|PUBLIC KEY|PUBLIC KEY BLOCK|DH PARAMETERS))-----[A-Za-z0-9+\/=\s:.,()@<>_#-]*?-----END \1-----/g;

/** Tells whether a text has something that is a secret by its own form. */
export function hasSureSecret(text: string): boolean {
  return SURE.some((shape) => shape.test(text)) ||
    text.split("\n").some((line) =>
      line.length < 4096 && /\b(?:gh[pousr]_|glpat-|AKIA|xox[abp]-|eyJ)/.test(line) && isMasked(line)
    );
}

/** Tells whether a text may have a secret; a comment counts where it is a setting or has a key. */
export function looksSecret(text: string): boolean {
  const rest = text.replace(PUBLIC, "");
  return hasSureSecret(rest) || rest.split("\n").some(isSecretLine);
}

function isSecretLine(line: string): boolean {
  // A line of fstab begins with //SERVER/SHARE.
  const isComment = /^\s*(?:#|;|\/\/(?![\w.-]+\/))/.test(line);
  if (isComment && !COMMENTED.test(line)) return false;
  const values = NAMED.flatMap((pattern) => [...line.matchAll(pattern)]).map(({ groups }) => groups!.value!);
  return values.some((value) => !HARMLESS.test(value)) ||
    BELOW.test(line) || LINES.some((pattern) => pattern.test(line)) ||
    [...line.matchAll(LONG)].some(({ groups }) => isRandom(groups!.long!)) ||
    !isComment && line.length < 4096 && isMasked(withoutHarmless(line));
}

function isMasked(line: string): boolean {
  return maskText(line) !== line;
}

/** Returns a line without empty values and those that are harmless. */
function withoutHarmless(line: string): string {
  const given = line.replaceAll(/[=:]\s{0,20}(?:""|'')/g, "");
  return NAMED.reduce(
    (text, pattern) => text.replace(pattern, (whole, value) => HARMLESS.test(value) ? " " : whole),
    given,
  );
}

function isRandom(word: string): boolean {
  return [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(word));
}
