/** Files planted in a container, and whether `lost` tells those that a rebuild would destroy, and none else. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Ground } from "../support/daemon.ts";

/** Files of each kind. */
const EACH = 30;

/** Paths that a rebuild would destroy; `N` is a number. */
const OWN = [
  "/srv/app/N/file",
  "/srv/old N",
  "/opt/tool/N\\n",
  "/root/.config/N*",
  "/home/ann/N.txt",
  "/usr/local/lib/N.so",
  "/etc/app.d/N.conf",
  "/var/lib/app/N.db",
  "/var/www/N",
] as const;

/** Paths of caches, logs, temporary files and mounts. */
const OTHERS = [
  "/var/cache/app/N",
  "/var/log/app/N",
  "/tmp/N",
  "/run/app/N",
  "/usr/lib/app/__pycache__/N.pyc",
  "/root/.cache/N",
  "/mnt/memory/N",
] as const;

/** A script that plants all of them, some with times from before the instance. */
function planting(): string {
  const paths = [...OWN, ...OTHERS].map((path) => `'${path.replaceAll("N", "'$n'")}'`);
  return `n=0
while [ $n -lt ${EACH} ]; do
  n=$((n + 1))
  for path in ${paths.join(" ")}; do
    mkdir -p "\${path%/*}"
    case $path in
      /var/www/*) ln -s /nowhere "$path" ;;
      *) echo data >"$path" ;;
    esac
  done
  touch -t 200101010101 "/srv/old $n"
done
printf x >'/srv/two
lines'
[ ! -f /srv/b64 ] || echo more >>/srv/b64
touch /etc/passwd
`;
}

/** Checks that exactly the planted files are listed, and that a rebuild with `--no-loss` refuses to destroy them. */
export async function checkLost(ground: Ground, name: string, file: string): Promise<void> {
  const inside = async (script: string) =>
    await ground.ok(["instance", "exec", name, "--", "sh", "-s"], { stdin: script });
  const list = async (...args: string[]) => {
    const { code, stdout, stderr } = await ground.run(["lost", "--json", ...args]);
    assertEquals(code, 0, stderr);
    return {
      paths: JSON.parse(stdout).map((one: { path: string }) => one.path) as readonly string[],
      stderr,
    };
  };
  assertEquals(await list("-name", name, file).then(({ paths }) => paths), []);
  await inside(planting());
  const expected = OWN.flatMap((path) =>
    Array.from({ length: EACH }, (_, at) => path.replaceAll("N", String(at + 1)))
  );
  const { paths, stderr } = await list("-name", name, file);
  // A file of cloud-config that was edited is lost, and so is a file of accounts that is new.
  const isWritten = (await ground.run(["instance", "exec", name, "--", "test", "-f", "/srv/b64"])).code === 0;
  const edited = isWritten ? ["/srv/b64"] : [];
  const all = [...expected, ...edited, "/etc/passwd"];
  assertEquals(paths.toSorted(), all.toSorted());
  assertEquals(stderr.includes("changed since"), edited.length > 0, stderr);
  assertStringIncludes(stderr, `${all.length + 1} files`);
  assertStringIncludes(stderr, "note: 1 of these are not listed");
  assertStringIncludes(stderr, "srv: {path: /srv, filesystem: NAME}");
  const refused = await ground.run(["rebuild", "--no-loss", "-name", name, file]);
  assertEquals(refused.code, 9, refused.stderr);
  assertStringIncludes(refused.stderr, `${all.length + 1} files outside the devices`);
  await inside(
    "rm -rf /srv/app /srv/old* /srv/two* /opt/tool /root/.config /home/ann/*.txt /usr/local/lib/*.so " +
      "/etc/app.d /var/lib/app /var/www; [ ! -f /srv/b64 ] || printf '\\000\\001\\377\\n' >/srv/b64\n",
  );
}
