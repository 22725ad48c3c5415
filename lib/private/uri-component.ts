/** What a part of a URL says; a part that is not encoded as it should be stays as it is. */
export function decodedComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
