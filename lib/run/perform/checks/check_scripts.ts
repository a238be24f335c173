/**
 * Scripts for the shell of an instance that try a port with the programs of the instance. They begin with a colon, as all scripts do
 * that only look.
 *
 * @module
 */

/** Looks for a socket that listens on port `$1`, without any program: the kernel lists sockets, ports in hexadecimal. */
export const TCP = `: check
wanted=$(printf %04X "$1") || exit 3
[ -r /proc/net/tcp ] || exit 3
for list in /proc/net/tcp /proc/net/tcp6; do
  [ -r "$list" ] || continue
  while read -r _ address _ state _; do
    [ "$state" = 0A ] && [ "\${address##*:}" = "$wanted" ] && exit 0
  done <"$list"
done
exit 1
`;

/** Prints the first line of the answer of the HTTP server at port \`$1\` to a request of path \`$2\`. */
export const HTTP = `: check
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
has() { command -v "$1" >/dev/null 2>&1; }
if has curl; then
  exec curl -s -g -o /dev/null -w 'HTTP/1.1 %{http_code}\\n' --noproxy '*' "http://localhost:$1$2"
elif has python3; then
  exec python3 -c 'import http.client, sys
connection = http.client.HTTPConnection("localhost", int(sys.argv[1]))
connection.request("GET", sys.argv[2])
print("HTTP/1.1 %d" % connection.getresponse().status)' "$1" "$2"
elif has bash; then
  exec bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf "GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" "$2" >&3
IFS= read -r line <&3 && printf "%s\\n" "$line"' lxops "$1" "$2"
elif has nc; then
  printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$2" | nc 127.0.0.1 "$1" |
    { IFS= read -r line && printf '%s\\n' "$line"; }
elif has wget; then
  exec wget -S -O /dev/null "http://127.0.0.1:$1$2" 2>&1
else
  exit 127
fi
`;

/** Returns the status in the output of that script: the first one, as wget follows redirects. */
export function statusIn(output: string): number | undefined {
  const status = Number(/^\s*HTTP\/\d(?:\.\d)? (\d{3})\b/m.exec(output)?.[1] ?? "0");
  return status === 0 ? undefined : status;
}
