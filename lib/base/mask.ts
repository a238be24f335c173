/**
 * The text in the place of secrets, and addresses without their secrets.
 *
 * @module
 */

/** The text that replaces a secret in everything that is shown. */
export const MASK = "***";

/** The name of a user and a password, or a token, before the host of an address. */
const USER_AND_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s\/?#:@"'`]*):(?!\d+\/)[^\s"'`]*@/gi;
const TOKEN_AS_USER = /(https?:\/\/)[^\s\/?#:@"'`]+@/gi;

/** A secret in the query of an address. */
const IN_QUERY =
  /([?&](?:[\w.-]*[_.-])?(?:token|secret|password|passwd|signature|sig|key|credentials?|auth)=)[^&\s"'`#]+/gi;

/** A token of a daemon: JSON in base64. */
const DAEMON_TOKEN = /\beyJ[\w+\/-]{20,}=*/g;

/** Returns a text whose addresses have no passwords and tokens; names of users of ssh and the like stay. */
export function maskAddresses(text: string): string {
  // Most texts have none, and are looked at once.
  if (!/:\/\/|eyJ/.test(text)) return text;
  return text.replace(USER_AND_PASSWORD, `$1:${MASK}@`)
    .replace(TOKEN_AS_USER, `$1${MASK}@`)
    .replace(IN_QUERY, `$1${MASK}`)
    .replace(DAEMON_TOKEN, MASK);
}
