// A time zone field that nobody filled yet suggests the zone of this browser, if the list beside it knows it.
export function suggestTimeZone(root) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of root.querySelectorAll("[data-suggest-time-zone]")) {
    const known = [...(field.list?.options ?? [])].some((option) => option.value === here);
    if (known && field.value === field.defaultValue) field.value = here;
  }
}
