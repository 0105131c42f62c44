export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
