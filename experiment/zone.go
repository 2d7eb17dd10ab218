package experiment

// ServerZone is the region in which Amplitude keeps an organization's data. It
// selects the hosts that the clients send requests to. The zero value stands
// for ServerZoneUS.
type ServerZone string

const (
	ServerZoneUS ServerZone = "us" // United States, the default
	ServerZoneEU ServerZone = "eu" // European Union
)
