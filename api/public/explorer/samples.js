// The examples: each a question somebody comes with, ready to run.

export const samples = [
  {
    ja: "実施中の事例を言葉で探す",
    en: "Find cases by words",
    query: `query FindCases($where: CaseWhere) {
  cases(first: 5, where: $where) {
    nodes {
      id
      title
      city { name slug }
      methodName
      status
      origin
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: `{
  "where": { "text": "市民", "status": ["OPEN"] }
}`,
  },
  {
    ja: "事例をくわしく見る",
    en: "One city's cases in full",
    query: `query CasesOf($code: String!) {
  city(code: $code) {
    name
    cases(first: 3) {
      nodes {
        title
        summary
        source
        partners { name participant }
        dates { label on planned }
        resources { side kind description }
        benefits { side description }
        outcomes
      }
    }
  }
}`,
    variables: `{ "code": "aomori" }`,
  },
  {
    ja: "募集中の課題",
    en: "Challenges open for answers",
    query: `{
  challenges(first: 10, where: { status: [OPEN] }) {
    nodes {
      id
      title
      description
      fieldNames
      dueOn
      sample
      city { name }
    }
  }
}`,
    variables: "",
  },
  {
    ja: "自治体と窓口",
    en: "Cities and their desks",
    query: `{
  cities(first: 20) {
    nodes {
      code
      name
      nameEn
      hasDesk
      desk { name portal { name url } }
      intakeKinds { kind name }
    }
  }
}`,
    variables: "",
  },
];
