/** The steps that are measured: a filter, and a map of ten fields. */
export const STEPS: readonly object[] = [
  { type: 'filter', when: { field: 'status_id', notIn: [8, 9] } },
  {
    type: 'map',
    fields: {
      id: '&{id}',
      subject: '&{summary}',
      'customer.id': '&{client_id}',
      'customer.name': '&{client_name}',
      label: '#&{id} &{summary}',
      priority: { from: 'priority_id', cast: 'integer', default: 3 },
      amount: { from: 'amount', cast: 'number' },
      due: { from: 'deadline', cast: 'date' },
      vip: { from: 'vip', cast: 'boolean', default: false },
      skus: '&{lines[].sku}',
    },
  },
];

/** The same in JSONata. */
export const JSONATA = `
  $not(status_id in [8, 9]) ? {
    "id": id,
    "subject": summary,
    "customer": { "id": client_id, "name": client_name },
    "label": "#" & id & " " & summary,
    "priority": $type(priority_id) = "null" ? 3 : $floor($number(priority_id)),
    "amount": $number(amount),
    "due": $fromMillis($toMillis(deadline)),
    "vip": $exists(vip) ? ($type(vip) = "string" ? $lowercase(vip) in ["true", "yes", "on", "1"] : vip) : false,
    "skus": [lines.sku]
  }`;

/** The same in JMESPath, but for the date, which it cannot make, and the filter, which needs a list around the record. */
export const JMESPATH = `
  [?status_id != \`8\` && status_id != \`9\`].{
    id: id,
    subject: summary,
    customer: { id: client_id, name: client_name },
    label: join('', ['#', to_string(id), ' ', summary]),
    priority: to_number(not_null(priority_id, \`3\`)),
    amount: to_number(amount),
    due: deadline,
    vip: contains(['true', 'yes', 'on', '1'], to_string(not_null(vip, \`false\`))),
    skus: lines[].sku
  }`;

/** The same as a program of the step "javascript". */
export const PROGRAM = `
  if (record.status_id === 8 || record.status_id === 9) return;
  const required = (name) => {
    if (record[name] === undefined) throw new Error(name + ' is missing');
    return record[name];
  };
  const number = (value) => {
    const made = typeof value === 'string' ? Number(value) : value;
    if (typeof made !== 'number' || Number.isNaN(made)) throw new Error(value + ' is not a number');
    return made;
  };
  const vip = record.vip ?? false;
  return {
    id: required('id'),
    subject: required('summary'),
    customer: { id: required('client_id'), name: required('client_name') },
    label: '#' + record.id + ' ' + record.summary,
    priority: Math.trunc(number(record.priority_id ?? 3)),
    amount: number(required('amount')),
    due: new Date(required('deadline')).toISOString(),
    vip: typeof vip === 'string' ? ['true', 'yes', 'on', '1'].includes(vip.toLowerCase()) : vip,
    skus: required('lines').map((line) => line.sku),
  };`;
