package updater

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// The sections of the files that keep the last good state: the CacheFile itself
// has an index, which names the parts that hold the flags and the cohorts. See
// RATIONALE.md, "Why does the last good file have parts?".
const (
	indexSection   = "index"
	flagsSection   = "flags"
	membersSection = "members"
)

// index is what the CacheFile says of a state.
type index struct {
	Version     string          `json:"version"`
	ConfirmedAt time.Time       `json:"confirmedAt"` // by the service
	Flags       string          `json:"flags"`       // the part with the document
	Key         [16]byte        `json:"-"`           // of the hashes in the sets of members
	HexKey      string          `json:"key"`
	Cohorts     []indexedCohort `json:"cohorts"`
}

// indexedCohort is a cohort whose members are in a part.
type indexedCohort struct {
	ID           string `json:"id"`
	GroupType    string `json:"groupType"`
	LastModified int64  `json:"lastModified"`
	Part         string `json:"part"`
}

func (i *index) encode() ([]byte, error) {
	i.HexKey = hex.EncodeToString(i.Key[:])
	return json.Marshal(i)
}

func decodeIndex(data []byte) (*index, error) {
	decoded := new(index)
	if err := json.Unmarshal(data, decoded); err != nil {
		return nil, fmt.Errorf("reading the index of the last good state: %w", err)
	}
	key, err := hex.DecodeString(decoded.HexKey)
	if err != nil || len(key) != len(decoded.Key) {
		return nil, fmt.Errorf("reading the index of the last good state: the hash key has %d bytes", len(key))
	}
	copy(decoded.Key[:], key)
	return decoded, nil
}

// flagsPart returns the name of the part for a document of flags.
func flagsPart(document []byte) string {
	sum := sha256.Sum256(document)
	return "flags-" + hex.EncodeToString(sum[:12])
}

// cohortPart returns the name of the part for one version of a cohort. The key
// is part of it, since sets with another key have other hashes.
func cohortPart(c *cohort.Cohort, key cohort.Key) string {
	hash := sha256.New()
	secret := key.Bytes()
	hash.Write(secret[:])
	for _, text := range []string{c.ID, c.GroupType} {
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
		hash.Write([]byte(text))
	}
	hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(c.LastModified)))
	hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(c.Members.Len())))
	return "cohort-" + hex.EncodeToString(hash.Sum(nil)[:12])
}
