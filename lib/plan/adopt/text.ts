/**
 * The text of the cloud-config file that makes in a new root filesystem what was made in an instance by hand.
 *
 * @module
 */
import { count, sizeText } from "../../base/sizes.ts";
import { commented } from "../starter/config_text.ts";
import { accountLines } from "./accounts.ts";
import { commandLines } from "./commands.ts";
import { fileLines } from "./files.ts";
import type { Found } from "./found.ts";
import { listed, type Made, yamlLines } from "./made.ts";

/** Names of packages that every package manager takes. */
const PACKAGE = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,99}$/;
const PACKAGES = 1000;

/** Returns the packages that are installed in a new root filesystem. */
export function takenPackages({ packages = [] }: Pick<Found, "packages">): readonly string[] {
  return [...new Set(packages.filter((name) => PACKAGE.test(name)))].sort().slice(0, PACKAGES);
}

/** Returns the text of the file. */
export function madeText(made: Made): string {
  const blocks = [
    packageLines(made),
    accountLines(made),
    systemLines(made),
    fileLines(made),
    commandLines(made),
    leftLines(made),
  ].filter((lines) => lines.length > 0);
  const head = [
    "#cloud-config",
    ...commented(
      `What was made by hand in the instance "${made.instance}", as far as it can tell; each new root filesystem gets it.`,
    ),
    ...commented("Look through it: passwords are not in it, and what may be secret is only named."),
  ];
  return `${[head, ...blocks].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function packageLines({ found, os }: Made): readonly string[] {
  if (found.packages === undefined) {
    const manager = os?.packageManager ?? found.managers[0];
    return commented(
      `Packages are not here: ${
        manager === undefined
          ? "the instance has no package manager that lxops knows"
          : `${manager} does not tell`
      } which of them were installed by hand.`,
    );
  }
  const packages = takenPackages(found);
  const others = [...new Set(found.packages)].filter((name) => !packages.includes(name));
  return [
    ...packages.length === 0 ? [] : ["# Packages that were installed by hand.", ...yamlLines({ packages })],
    ...listed("Packages that are not installed by these names:", others),
  ];
}

function systemLines({ found: { zone, hostname }, instance }: Made): readonly string[] {
  return [
    ...zone === undefined ? [] : yamlLines({ timezone: zone }),
    ...hostname === undefined || hostname === instance ? [] : yamlLines({ hostname }),
  ];
}

/** Returns comments about what is not in the file. */
function leftLines({ found, named, instance }: Made): readonly string[] {
  const { many, odd, total, cut, files } = found;
  const rest = total - many.reduce((sum, one) => sum + one.count, 0) - files.length;
  return [
    ...listed(
      "New or changed files that are not written here:",
      named.map(({ path, why }) => `${path}: ${why}`),
    ),
    ...listed(
      "Directories with many new files, which a device saves best:",
      many.map((one) => `${one.path}: ${count(one.count, "file")}, ${sizeText(one.bytes)}`),
    ),
    ...rest > 0
      ? commented(`${count(rest, "file")} more in these places, which the instance did not list.`)
      : [],
    ...odd > 0 ? commented(`${count(odd, "file")} whose name has a newline.`) : [],
    ...cut ? commented("The instance has more files than were looked at.") : [],
    ...commented(`Files in other places: "lxops lost ${instance}" lists what a rebuild would destroy.`),
  ];
}
