"""JSON Schema to GBNF: a grammar whose every text is JSON that fits the schema.

Where a schema leaves more open than people mean by it, the grammar is narrower than the schema:
an object that names its properties has no others unless `additionalProperties` says so, a tuple
has no more items than `prefixItems` unless `items` says so, and a schema without a type has the
types that its keywords speak of. Properties come in the order in which they are declared.
What no grammar can ensure is refused by its path; `format` is an annotation but for dates, times
and UUIDs. Source: json-schema.org, draft 2020-12.
"""
