package snapshot

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// Provenance says where a Snapshot came from.
type Provenance struct {
	Source string // stream, poll, file or bootstrap
	// Version identifies the content: the document and the cohorts that its
	// flags read. The same content has the same version, whatever its source.
	// Without cohorts it is the beginning of the document's SHA-256.
	Version  string
	LoadedAt time.Time
}

// Provenance returns where the Snapshot came from. One that New returned has
// only a Version.
func (s *Snapshot) Provenance() Provenance { return s.provenance }

// versionBytes is how much of a hash a version has, as twice as many digits.
const versionBytes = 8

// version returns the version of the document and the cohorts.
func (s *Snapshot) version() string {
	if len(s.cohorts) == 0 {
		return hex.EncodeToString(s.digest[:versionBytes])
	}
	content := append([]byte(nil), s.digest[:]...)
	for i, read := range s.plan.Cohorts() {
		for _, text := range []string{read.ID, read.GroupType} {
			content = binary.LittleEndian.AppendUint64(content, uint64(len(text)))
			content = append(content, text...)
		}
		c := s.cohorts[i]
		switch {
		case c == nil:
			content = append(content, 0)
			continue
		case c.GroupType != read.GroupType:
			content = append(content, 1)
			continue
		}
		content = append(content, 2)
		content = binary.LittleEndian.AppendUint64(content, uint64(c.LastModified))
		content = binary.LittleEndian.AppendUint64(content, uint64(c.Members.Len()))
	}
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:versionBytes])
}
