/** Directories with everything that a copy can lose, and their contents as text. */
import { assert, assertEquals } from "@std/assert";

/** Runs a shell script of the test itself, on the host or behind a command that leads elsewhere. */
export async function sh(script: string, inside: readonly string[] = []): Promise<string> {
  const [program = "", ...args] = [...inside, "/bin/sh", "-euc", script];
  const child = new Deno.Command(program, { args, env: { LC_ALL: "C" } });
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, `${script}\n${text}${new TextDecoder().decode(stderr)}`);
  return text;
}

/** Repeats a command of zfs until it succeeds, for a minute: zfs-fuse lets go of a dataset with some delay. */
export async function zfsAtLast(command: string): Promise<void> {
  await sh(`n=0; until ${command} 2>/dev/null; do n=$((n + 1)); [ $n -lt 600 ]; sleep 0.1; done`);
}

/** Destroys a dataset with its dependents. */
export async function destroyDataset(name: string): Promise<void> {
  await zfsAtLast(`zfs destroy -R '${name}'`);
}

/**
 * Fills a directory: owners, modes with setuid and sticky bits, times, links of both kinds, holes, a fifo, odd
 * names; ACLs, extended attributes and capabilities where its filesystem has them.
 *
 * @param base the host's number of the container's root
 */
export async function plant(directory: string, base: number): Promise<void> {
  await sh(`
    cd '${directory}'
    mkdir -p deep/er shut
    echo text >deep/file
    echo program >deep/program
    ln deep/file deep/er/hard
    ln -s ../file deep/er/soft
    ln -s /etc/passwd outside
    ln -s nowhere dangling
    echo odd >'-name
 with a new line'
    mkfifo fifo
    truncate -s 1M holes
    printf end >>holes
    chown -hR ${base + 1000}:${base + 2000} deep shut outside fifo holes
    chmod 4755 deep/program
    chmod 1777 deep
    chmod 0 shut
    touch -hd 2001-02-03T04:05:06.789 deep/file outside
    setfattr -n user.note -v kept deep/file 2>/dev/null || true
    setfacl -m u:1001001:rw deep/file 2>/dev/null || true
    setfacl -d -m g:1001001:rx deep 2>/dev/null || true
    setcap cap_net_raw+ep deep/program 2>/dev/null || true
    touch -d 2002-02-03T04:05:06 deep/er deep shut .
  `);
}

/** Returns the names, kinds, modes, owners, links, sizes, times, contents and attributes of a directory. */
export async function treeOf(directory: string): Promise<string> {
  return await treeBehind(directory, []);
}

/** Returns the same of a directory behind a command that leads elsewhere. */
export async function treeBehind(directory: string, inside: readonly string[]): Promise<string> {
  return await sh(
    `
    cd '${directory}'
    find . -xdev -printf '%P|%y|%m|%U:%G|%n|%l|' \\( -type d -printf '-' -o -printf '%s' \\) -printf '|%T@\\0' |
      sort -z | tr '\\0' '\\n'
    find . -xdev -type f -print0 | sort -z | xargs -0r sha256sum
    getfattr -Rhd -m - -e hex . 2>/dev/null | sort
    find . -xdev -links +1 -type f -printf '%i %P\\n' | sort -k2 | awk '{ if (!($1 in n)) n[$1] = ++k; print n[$1], $2 }'
  `,
    inside,
  );
}

/** Checks that a directory is the copy of another one, byte by byte, and has its holes. */
export async function assertSameTree(copy: string, original: string, holes = "holes"): Promise<void> {
  assertEquals(await treeOf(copy), await treeOf(original));
  const blocks = async (path: string) => Number((await sh(`stat -c %b '${path}'`)).trim());
  assert(await blocks(`${copy}/${holes}`) < 1024, "the holes of a file were filled");
}
