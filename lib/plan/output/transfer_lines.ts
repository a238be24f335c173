/**
 * Images, volumes and files of instances on their way, as command lines.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { FileCopy, ImageTransfer, Transfer, VolumeRef } from "../../ports/mod.ts";

/** Renders a transfer as a command line. */
export function transferLine(what: Transfer): string {
  switch (what.direction) {
    case "backup":
      return `lxops volume export${volumeFlag(what.volume)} -backup ${quote(what.backup)} ${
        volumeWords(what)
      }`;
    case "restore":
      return `lxops volume import${volumeFlag(what.volume)} ${volumeWords(what)}`;
    case "export":
    case "import":
    case "relay":
      return imageLine(what);
  }
}

function volumeFlag({ project }: VolumeRef): string {
  return ` -project ${quote(project || "default")}`;
}

function volumeWords({ volume, file }: { readonly volume: VolumeRef; readonly file: string }): string {
  return `${quote(`${volume.pool}/${volume.name}`)} ${quote(file)}`;
}

function imageLine(image: ImageTransfer): string {
  const project = ` -project ${quote(image.project)}`;
  switch (image.direction) {
    case "export":
      return `lxops image export${project} ${quote(image.fingerprint)} ${quote(image.file)}`;
    case "import": {
      const properties = Object.entries(image.properties).map(([key, value]) =>
        ` -property ${quote(`${key}=${value}`)}`
      );
      const flags = `${project}${image.isPublic ? " -public" : ""}${properties.join("")}`;
      return `lxops image import${flags} ${image.files.map(quote).join(" ")}`;
    }
    case "relay": {
      const flags = ` -from-project ${quote(image.fromProject)}${project}${image.isPublic ? " -public" : ""}`;
      return `lxops image copy${flags} ${quote(`${image.remote}:${image.fingerprint}`)}`;
    }
  }
}

/** Renders a copy of files as a command line; `project` is the flag of its project. */
export function copyLine(copy: FileCopy, project: string): string {
  const flags = [
    project,
    copy.archive ? " -a" : "",
    copy.overwrite ? " -overwrite" : "",
    ` -max-size ${Math.floor(copy.maxBytes / 1024 / 1024)}`,
  ].join("");
  const [inside, outside] = [quote(`${copy.instance.name}:${copy.inside}`), quote(copy.outside)];
  return `lxops cp${flags} ${copy.direction === "in" ? `${outside} ${inside}` : `${inside} ${outside}`}`;
}
