package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const notices = "# Notices\n\n## Linked into programs\n\n| module | license |\n| --- | --- |\n" +
	"| `example.com/b` | MIT |\n| `example.com/a` | MIT |\n\n## Others\n\n| `example.com/c` | MIT |\n"

func TestCheck_ComparesThePageWithModules(t *testing.T) {
	all := []string{"example.com/a", "example.com/b", "example.com/c"}
	for _, tt := range []struct {
		what             string
		required, linked []string
		want             string
	}{
		{"the same", all, all[:2], ""},
		{"a module without a notice", append(all[:3:3], "example.com/d"), all[:2],
			"example.com/d is in go.mod, but not in THIRD_PARTY_NOTICES.md"},
		{"a notice without a module", all[:2], all[:2],
			"example.com/c is in THIRD_PARTY_NOTICES.md, but not in go.mod"},
		{"a linked module among the others", all, all,
			`"## Linked into programs" in THIRD_PARTY_NOTICES.md lists [example.com/a example.com/b], ` +
				`but programs link [example.com/a example.com/b example.com/c]`},
		{"a module that is not linked", all, all[:1],
			`"## Linked into programs" in THIRD_PARTY_NOTICES.md lists [example.com/a example.com/b], ` +
				`but programs link [example.com/a]`},
	} {
		t.Run(tt.what, func(t *testing.T) {
			err := check(notices, tt.required, tt.linked)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestRun_PassesForThisModule(t *testing.T) {
	t.Chdir("../..")
	require.NoError(t, run())
}
