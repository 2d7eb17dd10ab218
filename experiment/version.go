package experiment

// Version is the version of this module. The clients send it to the service as
// "experiment-go-server/" + Version.
const Version = "0.1.0"
