; what every model of the family gets
