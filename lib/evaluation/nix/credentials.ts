/** Stands where a credential was. */
const HIDDEN = '...';
/** Settings of nix.conf that hold a credential or name a file with one. A public key is not a credential. */
const SECRET_SETTING = /^(?!.*public).*(token|netrc|key|password|secret)/;
const USER_OF_URL = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)@/gi;
const SECRET_IN_QUERY =
  /([?&](?:[^=&#\s]*(?:token|passw|secret|credential|signature|api[_-]?key)[^=&#\s]*|sig|key|auth)=)[^&#\s'"]+/gi;

/** A command that may be printed, and the parts that its reader has to fill in. */
interface PrintableCommand {
  readonly words: readonly string[];
  /** Settings whose values are not shown, and whether URLs are without theirs; empty when the command runs as it is. */
  readonly hidden: readonly string[];
}

/** A text without the credentials of its URLs. The name of an ssh login is not a credential. */
export function withoutCredentials(text: string): string {
  return text
    .replace(USER_OF_URL, (_, scheme: string, user: string) => `${scheme}${shownUser(scheme, user)}@`)
    .replace(SECRET_IN_QUERY, `$1${HIDDEN}`);
}

/** Whether a text has a URL with a credential in it. */
export function holdsCredential(text: string): boolean {
  return withoutCredentials(text) !== text;
}

/** A command of Nix without credentials. */
export function printableCommand(words: readonly string[]): PrintableCommand {
  const hidden = new Set<string>();
  const shown = words.map((word, index) => {
    const setting = words[index - 2] === '--option' ? words[index - 1] : '';
    if (SECRET_SETTING.test(setting)) {
      hidden.add(setting);
      return HIDDEN;
    }
    const text = withoutCredentials(word);
    if (text !== word) hidden.add('the login of a URL');
    return text;
  });
  return { words: shown, hidden: [...hidden] };
}

function shownUser(scheme: string, user: string): string {
  if (!/ssh:\/\/$/i.test(scheme)) return HIDDEN;
  const [name, password] = user.split(':', 2);
  return password === undefined ? name : `${name}:${HIDDEN}`;
}
