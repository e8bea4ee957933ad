import { customAlphabet, nanoid } from 'nanoid/non-secure';

export const cases = {
  ids: () => {
    const ids = new Set(Array.from({ length: 200 }, () => nanoid()));

    return [ids.size, [...ids].every((id) => /^[\w-]{21}$/.test(id))];
  },
  'an alphabet of ones': () => customAlphabet('1', 5)()
};
