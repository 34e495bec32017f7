import { expect, test } from 'vitest'
import { csvOf } from './data-table.ts'

test('numbers with six digits, nothing for null, one line for each row', () => {
  const text = csvOf({
    columns: ['name', 'value'],
    rows: [
      ['a', 1 / 3],
      ['b', null],
      ['c', 266_200],
    ],
  })
  expect(text).toBe('name,value\na,0.333333\nb,\nc,266200\n')
})

test('what would break a row is quoted', () => {
  expect(csvOf({ columns: ['x'], rows: [['a,b'], ['say "no"'], ['two\nlines']] })).toBe(
    'x\n"a,b"\n"say ""no"""\n"two\nlines"\n',
  )
})
