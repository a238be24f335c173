/**
 * The files of a package: what both the Debian package and the archive have.
 *
 * @module
 */
import { PROGRAMS as HOST_PROGRAMS } from "../../lib/adapters/host/programs.ts";
import { SCRIPTS } from "../../lib/cli/completion/scripts.ts";
import type { Example } from "./sources.ts";
import type { Documentation } from "../docs/pages.ts";
import type { Entry } from "../testbed/tar.ts";
import { compressed } from "./compress.ts";
import { manPages, type Release } from "./man.ts";

/** The parts of a package that are not worked out here. */
export interface Contents {
  /** The programs by name. */
  readonly programs: ReadonlyMap<string, Uint8Array>;
  readonly documentation: Documentation;
  readonly release: Release;
  /** Files of the tree that are copied: their text by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** The reference page. */
  readonly reference: string;
  readonly examples: readonly Example[];
}

/** Files of the tree that go into packages. */
export const COPIED: readonly string[] = ["README.md", "CHANGELOG.md", "LICENSE", "scripts/package/sudoers"];

/** Directories that shells read completions from, below `share`. */
const COMPLETIONS = [
  ["bash-completion/completions", "", "bash"],
  ["zsh/vendor-completions", "_", "zsh"],
  ["fish/vendor_completions.d", ".fish", "fish"],
] as const;

/** Makes the files of a package, each by its path below the prefix, such as `bin/lxops-incus`. */
export async function filesOf(contents: Contents): Promise<readonly Entry[]> {
  const { programs, documentation, release, reference } = contents;
  const text = (name: string) => contents.texts.get(name) ?? "";
  const names = [...programs.keys()];
  const file = (path: string, content: string | Uint8Array, mode = 0o644): Entry => ({
    path,
    kind: "file",
    content,
    mode,
  });
  const link = (path: string, target: string): Entry => ({ path, kind: "symlink", target });
  const pages = await Promise.all(
    [...manPages(documentation, release)].map(async ([name, page]) =>
      file(`share/man/man${name.at(-1)}/${name}.gz`, await compressed(page, "gzip"))
    ),
  );
  return [
    ...[...programs].map(([name, program]) => file(`bin/${name}`, program, 0o755)),
    ...pages,
    ...names.map((name) => link(`share/man/man1/${name}.1.gz`, "lxops.1.gz")),
    ...COMPLETIONS.flatMap(([directory, mark, shell]) => {
      const at = (name: string) => mark === "_" ? `_${name}` : `${name}${mark}`;
      const script = SCRIPTS[shell]!;
      // The zsh script names all programs in its first line; the others are looked for by the program's name.
      const links = shell === "zsh"
        ? []
        : names.map((name) => link(`share/${directory}/${at(name)}`, at("lxops")));
      return [file(`share/${directory}/${at("lxops")}`, script), ...links];
    }),
    file("share/doc/lxops/README.md", text("README.md")),
    file("share/doc/lxops/reference.html", reference),
    file("share/doc/lxops/copyright", COPYRIGHT),
    ...contents.examples.map(({ path, content, mode }) =>
      file(`share/doc/lxops/examples/${path}`, content, mode)
    ),
    file("share/doc/lxops/examples/sudoers", sudoers(text("scripts/package/sudoers"))),
  ];
}

/** Programs that lxops never runs by sudo. */
const WITHOUT_SUDO: readonly string[] = ["ssh", "sudo"];

function sudoers(text: string): string {
  const programs = HOST_PROGRAMS.filter((name) => !WITHOUT_SUDO.includes(name));
  const paths = programs.flatMap((name) =>
    name === "zfs" ? [`/usr/sbin/${name}`, `/sbin/${name}`] : [`/usr/bin/${name}`]
  );
  return text.replace("@PROGRAMS@", paths.join(", \\\n  "));
}

/** The text of Debian's format: the program is lxops, and what the base binary contains. */
const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: lxops
Comment: The programs contain the Deno runtime and with it V8, each under its own license.

Files: *
Copyright: 2026 the authors of lxops
License: Apache-2.0

Files: usr/bin/*
Copyright: 2026 the authors of lxops
 2018-2026 the Deno authors
 2006-2026 the V8 project authors
License: Apache-2.0 and Expat and BSD-3-clause

License: Apache-2.0
 Licensed under the Apache License, Version 2.0. On Debian systems its text is in /usr/share/common-licenses/Apache-2.0;
 elsewhere at https://www.apache.org/licenses/LICENSE-2.0

License: Expat
 Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
 rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
 persons to whom the Software is furnished to do so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
 Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
 WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
 COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
 OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

License: BSD-3-clause
 Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
 following conditions are met:
 .
 * Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.
 * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.
 * Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
   derived from this software without specific prior written permission.
 .
 THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
 INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
 DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
 SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
 LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
 CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
 SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`;

/** Returns entries with the directories that they are in, parents first, sorted by path. */
export function withDirectories(entries: readonly Entry[]): readonly Entry[] {
  const directories = new Set<string>();
  for (const { path } of entries) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      directories.add(path.slice(0, at));
    }
  }
  const all: readonly Entry[] = [
    ...[...directories].map((path): Entry => ({ path, kind: "directory" })),
    ...entries,
  ];
  return all.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
