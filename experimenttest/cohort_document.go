package experimenttest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"strconv"
	"sync"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// userType is the group type of a cohort whose members are user IDs.
const userType = "User"

// cohortDocument is one version of a cohort as the Server keeps it. Ten million
// members take one copy of the JSON, and more only after a request that needs
// it. It is immutable after finish.
type cohortDocument struct {
	body         []byte // the response's
	members      []byte // the array of members within the body
	groupType    string
	lastModified int64 // milliseconds since 1970
	size         int   // members

	gzip   func() []byte     // returns the body in gzip's format
	hashes func() membership // returns the members
}

// maxPrefix is how long the part of the body before the group type can be,
// without the cohort's ID.
const maxPrefix = len(`{"cohortId":,"lastModified":-9223372036854775808`)

// newCohortDocument encodes a cohort. What takes long is done here, so that
// finish takes little time with the Server locked.
func newCohortDocument(cohort Cohort) *cohortDocument {
	d := &cohortDocument{
		groupType: cmp.Or(cohort.GroupType, userType),
		size:      len(cohort.MemberIDs),
	}
	length := maxPrefix + 2*len(cohort.ID) + len(d.groupType) + 64
	for _, id := range cohort.MemberIDs {
		length += len(id) + len(`"",`)
	}
	body := make([]byte, maxPrefix+len(jsonvalue.AppendString(nil, cohort.ID)), length)
	body = append(body, `,"size":`...)
	body = strconv.AppendInt(body, int64(d.size), 10)
	body = append(body, `,"groupType":`...)
	body = jsonvalue.AppendString(body, d.groupType)
	// The members come last: a client that reads the body as a stream may rely
	// on that.
	body = append(body, `,"memberIds":`...)
	start := len(body)
	body = jsonvalue.AppendStrings(body, cohort.MemberIDs)
	d.members = body[start:]
	d.body = append(body, '}')
	return d
}

// finish writes the start of the body, in the room before the size.
func (d *cohortDocument) finish(id string, lastModified int64) {
	d.lastModified = lastModified
	prefix := jsonvalue.AppendString([]byte(`{"cohortId":`), id)
	room := len(prefix) - len(`{"cohortId":`) + maxPrefix
	prefix = append(prefix, `,"lastModified":`...)
	prefix = strconv.AppendInt(prefix, lastModified, 10)
	d.body = d.body[room-len(prefix):]
	copy(d.body, prefix)
	d.gzip = sync.OnceValue(func() []byte { return compress(d.body) })
	d.hashes = sync.OnceValue(func() membership { return newMembership(d.members, d.size) })
}

// compress returns body in gzip's format. Large cohorts compress in seconds, so
// speed matters more than size.
func compress(body []byte) []byte {
	var compressed bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&compressed, gzip.BestSpeed) // the level is valid
	_, _ = writer.Write(body)                                     // a write to memory does not fail
	_ = writer.Close()
	return compressed.Bytes()
}
